using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.DotNet.Interactive.Formatting;

namespace WCoRD.MLNet.Tests;

/// <summary>Runs a notebook's cells in order, against the library as built, and keeps what they show as .NET Interactive would.</summary>
internal static class NotebookRunner
{
    private const string PlainText = "text/plain";

    /// <param name="notebook">The notebook.</param>
    /// <param name="name">How errors call it.</param>
    /// <returns>The notebook with the outputs of this run.</returns>
    /// <exception cref="ScriptFailure">A cell fails; the message says which and why.</exception>
    public static async Task<Notebook> RunAsync(Notebook notebook, string name)
    {
        // The last kernel knows no later C#.
        var session = new ScriptSession(LanguageVersion.CSharp12);
        List<NotebookCell> cells = [];
        int number = 0;
        foreach (NotebookCell cell in notebook.Cells)
        {
            cells.Add(cell.IsCode ? cell with { Outputs = await RunAsync(session, cell.Source, $"{name}, cell {++number}", number) } : cell);
        }

        return new Notebook(cells, notebook.CodeDigest);
    }

    private static async Task<IReadOnlyList<JsonObject>> RunAsync(ScriptSession session, string source, string place, int number)
    {
        PackageDirectives.Check(source, place);
        TextWriter console = Console.Out;
        using var printed = new StringWriter { NewLine = "\n" };
        Console.SetOut(printed);
        try
        {
            object? value = await session.RunAsync(PackageDirectives.Without(source), place);
            JsonObject?[] outputs = [Stream(printed.ToString()), Result(value, number)];
            return [.. outputs.OfType<JsonObject>()];
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    private static JsonObject? Stream(string text) =>
        text.Length == 0 ? null : new JsonObject { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = Notebook.Lines(text) };

    private static JsonObject? Result(object? value, int number)
    {
        if (value is null)
        {
            return null;
        }

        // What has a picture brings a text of its own for those who cannot see it; the formatter's would list every property.
        var data = new JsonObject();
        foreach (string type in Formatter.GetPreferredMimeTypesFor(value.GetType()).Where(type => type != PlainText))
        {
            data[type] = Notebook.Lines(value.ToDisplayString(type).ReplaceLineEndings("\n"));
        }

        data[PlainText] = Notebook.Lines($"{value}".ReplaceLineEndings("\n"));
        return new JsonObject { ["data"] = data, ["execution_count"] = number, ["metadata"] = new JsonObject(), ["output_type"] = "execute_result" };
    }
}
