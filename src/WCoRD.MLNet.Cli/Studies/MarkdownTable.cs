using System.Text;

namespace WCoRD.MLNet.Cli.Studies;

/// <summary>A table as Markdown.</summary>
internal sealed class MarkdownTable
{
    private readonly StringBuilder _text = new();

    public MarkdownTable(params string[] columns)
    {
        Add(columns);
        _text.Append('|').AppendJoin("", columns.Select(_ => "---|")).Append('\n');
    }

    public void Add(params string[] cells) => _text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    public override string ToString() => _text.ToString();
}
