using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WCoRD.MLNet.Tests;

/// <summary>A notebook file: cells, and the digest of the code whose outputs are stored.</summary>
/// <remarks>Written always in the same form (nbformat's indentation and order of names), so that a change is a small difference.</remarks>
/// <param name="Cells">The cells in order.</param>
/// <param name="OutputsOf">The <see cref="CodeDigest"/> when the outputs were stored; null where there are none.</param>
internal sealed record Notebook(IReadOnlyList<NotebookCell> Cells, string? OutputsOf)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, IndentSize = 1, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Tells code from other code.</summary>
    public string CodeDigest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', Cells.Where(cell => cell.IsCode).Select(cell => cell.Source)))));

    /// <summary>What kinds of things the code cells show, a line for each: streams by their names, displays by their first forms.</summary>
    public string Outline => string.Join('\n', Cells.Where(cell => cell.IsCode).Select((cell, i) => $"cell {i + 1}: {string.Join(", then ", cell.Outputs.Select(Kind))}"));

    public static Notebook Parse(string json)
    {
        JsonNode root = JsonNode.Parse(json)!;
        return new Notebook([.. root["cells"]!.AsArray().Select(cell => ParseCell(cell!))], (string?)root["metadata"]?["wcord"]?["outputs_of"]);
    }

    public string ToJson()
    {
        int executed = 0;
        var metadata = new JsonObject
        {
            ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
            ["language_info"] = new JsonObject { ["file_extension"] = ".cs", ["mimetype"] = "text/x-csharp", ["name"] = "C#", ["pygments_lexer"] = "csharp" },
            ["polyglot_notebook"] = new JsonObject
            {
                ["kernelInfo"] = new JsonObject { ["defaultKernelName"] = "csharp", ["items"] = new JsonArray(new JsonObject { ["aliases"] = new JsonArray(), ["name"] = "csharp" }) },
            },
        };
        if (OutputsOf is not null)
        {
            metadata["wcord"] = new JsonObject { ["outputs_of"] = OutputsOf };
        }

        var root = new JsonObject
        {
            ["cells"] = new JsonArray([.. Cells.Select(cell => cell.IsCode ? CodeCell(cell, ++executed) : MarkdownCell(cell))]),
            ["metadata"] = metadata,
            ["nbformat"] = 4,
            ["nbformat_minor"] = 2,
        };
        return root.ToJsonString(Format) + "\n";
    }

    /// <summary>A text as nbformat keeps it: a list of lines, each with its line feed.</summary>
    public static JsonArray Lines(string text)
    {
        string[] lines = text.Split('\n');
        return new JsonArray([.. lines.Select((line, i) => (JsonNode?)(i < lines.Length - 1 ? line + "\n" : line)).Where(line => (string?)line != "")]);
    }

    private static string Kind(JsonObject output) =>
        (string?)output["name"] ?? $"{output["output_type"]} of {output["data"]!.AsObject().First().Key}";

    private static JsonObject MarkdownCell(NotebookCell cell) => new() { ["cell_type"] = "markdown", ["metadata"] = new JsonObject(), ["source"] = Lines(cell.Source) };

    private JsonObject CodeCell(NotebookCell cell, int number) => new()
    {
        ["cell_type"] = "code",
        ["execution_count"] = OutputsOf is null ? null : number,
        ["metadata"] = new JsonObject { ["dotnet_interactive"] = new JsonObject { ["language"] = "csharp" }, ["polyglot_notebook"] = new JsonObject { ["kernelName"] = "csharp" } },
        ["outputs"] = new JsonArray([.. cell.Outputs.Select(output => output.DeepClone())]),
        ["source"] = Lines(cell.Source),
    };

    private static NotebookCell ParseCell(JsonNode cell) => new(
        (string?)cell["cell_type"] == "code",
        string.Concat(cell["source"]!.AsArray().Select(line => (string?)line)),
        [.. (cell["outputs"]?.AsArray() ?? []).Select(output => output!.DeepClone().AsObject())]);
}
