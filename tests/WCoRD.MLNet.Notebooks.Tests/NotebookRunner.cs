using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.PackageManagement;

namespace WCoRD.MLNet.Tests;

/// <summary>Runs a notebook's cells in order in .NET Interactive's own C# kernel, and keeps what that kernel shows.</summary>
internal static class NotebookRunner
{
    /// <param name="notebook">The notebook.</param>
    /// <param name="name">How errors call it.</param>
    /// <param name="submitted">What the kernel gets of a cell's text.</param>
    /// <returns>The notebook with the outputs of this run.</returns>
    /// <exception cref="ScriptFailure">A cell fails; the message says which and why.</exception>
    public static async Task<Notebook> RunAsync(Notebook notebook, string name, Func<string, string> submitted)
    {
        // What is shown and stored is for all readers: the odd culture of the tests is not theirs.
        (CultureInfo current, CultureInfo? ofThreads) = (CultureInfo.CurrentCulture, CultureInfo.DefaultThreadCurrentCulture);
        (CultureInfo.CurrentCulture, CultureInfo.DefaultThreadCurrentCulture) = (CultureInfo.InvariantCulture, CultureInfo.InvariantCulture);
        try
        {
            using CompositeKernel kernel = Start();
            List<NotebookCell> cells = [];
            int number = 0;
            foreach (NotebookCell cell in notebook.Cells)
            {
                cells.Add(cell.IsCode ? cell with { Outputs = await RunAsync(kernel, submitted(cell.Source), $"{name}, cell {++number}", number) } : cell);
            }

            return new Notebook(cells, notebook.CodeDigest);
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.DefaultThreadCurrentCulture) = (current, ofThreads);
        }
    }

    private static CompositeKernel Start()
    {
        CSharpKernel csharp = new CSharpKernel().UseKernelHelpers().UseWho().UseValueSharing();
        csharp.UseNugetDirective((kernel, packages) =>
        {
            kernel.AddAssemblyReferences(packages.SelectMany(package => package.AssemblyPaths));
            return Task.CompletedTask;
        });
        return new CompositeKernel { csharp };
    }

    private static async Task<IReadOnlyList<JsonObject>> RunAsync(CompositeKernel kernel, string source, string place, int number)
    {
        KernelCommandResult result = await kernel.SendAsync(new SubmitCode(source, targetKernelName: "csharp"));
        if (result.Events.OfType<CommandFailed>().FirstOrDefault() is { } failure)
        {
            throw new ScriptFailure(place, failure.Message, failure.Exception);
        }

        // What packages a run took, and from where, is of the run and not of the notebook.
        return PackageDirectives.In(source).Any() ? [] : Outputs(result.Events, number);
    }

    private static List<JsonObject> Outputs(IEnumerable<KernelEvent> events, int number)
    {
        List<JsonObject> outputs = [];
        foreach (DisplayEvent shown in events.OfType<DisplayEvent>())
        {
            switch (shown)
            {
                case StandardOutputValueProduced or StandardErrorValueProduced:
                    Print(outputs, shown is StandardOutputValueProduced ? "stdout" : "stderr", string.Concat(shown.FormattedValues.Select(text => text.Value)).ReplaceLineEndings("\n"));
                    break;
                case ReturnValueProduced:
                    outputs.Add(new() { ["data"] = Data(shown), ["execution_count"] = number, ["metadata"] = new JsonObject(), ["output_type"] = "execute_result" });
                    break;
                default:
                    outputs.Add(new() { ["data"] = Data(shown), ["metadata"] = new JsonObject(), ["output_type"] = "display_data" });
                    break;
            }
        }

        return outputs;
    }

    /// <summary>Adds a text to the stream before it, if that is of the same name: the kernel tells of each write.</summary>
    private static void Print(List<JsonObject> outputs, string stream, string text)
    {
        if (outputs.LastOrDefault() is { } last && (string?)last["name"] == stream)
        {
            last["text"] = Notebook.Lines(string.Concat(last["text"]!.AsArray().Select(line => (string?)line)) + text);
        }
        else
        {
            outputs.Add(new() { ["name"] = stream, ["output_type"] = "stream", ["text"] = Notebook.Lines(text) });
        }
    }

    private static JsonObject Data(DisplayEvent shown) =>
        new(shown.FormattedValues.Select(form => KeyValuePair.Create(form.MimeType, (JsonNode?)Notebook.Lines(form.Value.ReplaceLineEndings("\n")))));
}
