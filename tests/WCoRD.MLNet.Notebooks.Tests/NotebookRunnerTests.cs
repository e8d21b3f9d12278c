using System.Globalization;
using System.Text.Json.Nodes;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class NotebookRunnerTests
{
    [TestMethod]
    public async Task Run_CellThatThrows_NamesNotebookCellAndMessage() =>
        await AssertFails("a.ipynb, cell 2: System.InvalidOperationException: no such thing", "int x = 1;", "x++;\nthrow new InvalidOperationException(\"no such thing\");");

    [TestMethod]
    public async Task Run_CellThatDoesNotCompile_NamesNotebookCellLineAndMessage() =>
        await AssertFails("a.ipynb, cell 1: (2,9): error CS0103: The name 'y' does not exist in the current context", "int x = 1;\nint z = y;");

    [TestMethod]
    public async Task Run_Cells_KeepAllThatTheKernelShowsInOrder()
    {
        JsonObject[] outputs = await Outputs(
            "string state = \"kept\";",
            "display(\"a\");\nConsole.Error.Write(\"b\");\nConsole.WriteLine(\"c\");\nConsole.WriteLine(\"d\");\nstate");
        CollectionAssert.AreEqual(
            new[]
            {
                """{"data":{"text/plain":["a"]},"metadata":{},"output_type":"display_data"}""",
                """{"name":"stderr","output_type":"stream","text":["b"]}""",
                """{"name":"stdout","output_type":"stream","text":["c\n","d\n"]}""",
                """{"data":{"text/plain":["kept"]},"execution_count":2,"metadata":{},"output_type":"execute_result"}""",
            },
            outputs.Select(output => output.ToJsonString()).ToArray());
    }

    [TestMethod]
    public async Task Run_UnderTheOddCulture_ShowsNumbersAsReadersHaveThem()
    {
        JsonObject[] outputs = await Outputs("Console.Write($\"{-1.5:P1} \");\nConsole.Write(await Task.Run(() => $\"{-1.5}\"));");
        Assert.AreEqual("-150.0 % -1.5", (string?)outputs.Single()["text"]?[0]);
        Assert.AreEqual(OddCulture.Instance, CultureInfo.CurrentCulture);
    }

    [TestMethod]
    public void CodeDigest_OtherCode_IsAnother()
    {
        Assert.AreEqual(Make("int x = 2;").CodeDigest, Make("int x = 2;").CodeDigest);
        Assert.AreNotEqual(Make("int x = 2;").CodeDigest, Make("int x = 3;").CodeDigest);
    }

    private static async Task AssertFails(string message, params string[] cells)
    {
        ScriptFailure failure = await Assert.ThrowsExactlyAsync<ScriptFailure>(() => NotebookRunner.RunAsync(Make(cells), "a.ipynb", source => source));
        Assert.StartsWith(message, failure.Message);
    }

    private static async Task<JsonObject[]> Outputs(params string[] cells) =>
        [.. (await NotebookRunner.RunAsync(Make(cells), "a.ipynb", source => source)).Cells.SelectMany(cell => cell.Outputs)];

    private static Notebook Make(params string[] cells) => new([.. cells.Select(cell => new NotebookCell(true, cell, []))], null);
}
