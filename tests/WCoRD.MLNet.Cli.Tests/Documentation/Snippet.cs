namespace WCoRD.MLNet.Tests;

/// <summary>A fenced piece of code in a Markdown document.</summary>
/// <param name="Line">The line of the document that its code begins on, counted from 1.</param>
/// <param name="Code">The code.</param>
internal sealed record Snippet(int Line, string Code)
{
    private const string Fence = "```";

    /// <summary>The snippets of a document in one language, in order.</summary>
    public static IEnumerable<Snippet> In(string document, string language = "csharp")
    {
        string[] lines = document.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                int end = Array.IndexOf(lines, Fence, i + 1);
                if (lines[i] == Fence + language)
                {
                    yield return new Snippet(i + 2, string.Join('\n', lines[(i + 1)..end]));
                }

                i = end;
            }
        }
    }
}
