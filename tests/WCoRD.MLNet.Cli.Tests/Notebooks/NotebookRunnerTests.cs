using System.Text.Json.Nodes;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class NotebookRunnerTests
{
    [TestMethod]
    public async Task Run_CellThatThrows_NamesNotebookCellLineAndMessage() =>
        await AssertFails("a.ipynb, cell 2, line 2: InvalidOperationException: no such thing", "int x = 1;", "x++;\nthrow new InvalidOperationException(\"no such thing\");");

    [TestMethod]
    public async Task Run_CellThatDoesNotCompile_NamesNotebookCellLineAndMessage() =>
        await AssertFails("a.ipynb, cell 1, line 2: CS0103: The name 'y' does not exist in the current context", "int x = 1;\nint z = y;");

    [TestMethod]
    public async Task Run_OtherPackageVersion_IsRefused() =>
        await AssertFails("a.ipynb, cell 1: names TorchSharp-cpu 0.1.0: this repository has 0.107.0.", "#r \"nuget: TorchSharp-cpu, 0.1.0\"");

    [TestMethod]
    public async Task Run_UnknownPackage_IsRefused() =>
        await AssertFails("a.ipynb, cell 1: package Unknown is unknown to this repository.", "#r \"nuget: Unknown, 1.0.0\"");

    [TestMethod]
    public async Task Run_WhatOnlyTestsHave_IsUnknown() =>
        await AssertFails("a.ipynb, cell 1, line 1: CS0246: The type or namespace name 'FsCheck' could not be found (are you missing a using directive or an assembly reference?)", "using FsCheck;");

    [TestMethod]
    public async Task Run_CellsInOrder_ShareOneStateAndTheLibraryOfTheTests()
    {
        NetworkCatalog.Register("notebook-runner-test", (classes, channels) => throw new NotSupportedException());
        JsonObject[] outputs = await Outputs("using WCoRD.MLNet;\nvar names = NetworkCatalog.Names;", "names[^1]");
        Assert.AreEqual("notebook-runner-test", (string?)outputs.Single()["data"]?["text/plain"]?[0]);
    }

    [TestMethod]
    public async Task Run_CellThatPrintsAndEndsWithAValue_LeavesAStreamThenAResult()
    {
        JsonObject[] outputs = await Outputs("Console.WriteLine(\"a\");\nConsole.WriteLine(\"b\");\n1 + 1");
        Assert.AreEqual("""{"name":"stdout","output_type":"stream","text":["a\n","b\n"]}""", outputs[0].ToJsonString());
        Assert.AreEqual("execute_result", (string?)outputs[1]["output_type"]);
        Assert.AreEqual("2", (string?)outputs[1]["data"]?["text/plain"]?[0]);
        Assert.HasCount(2, outputs);
    }

    [TestMethod]
    public async Task Run_Notebook_ComesBackTheSameFromItsFile()
    {
        Notebook run = await NotebookRunner.RunAsync(Make("Console.WriteLine(1);\nnew[] { 1, 2 }", "int x = 2;\n"), "a.ipynb");
        var read = Notebook.Parse(run.ToJson());
        Assert.AreEqual(run.ToJson(), read.ToJson());
        Assert.AreEqual("int x = 2;\n", read.Cells[1].Source);
        Assert.AreEqual(read.CodeDigest, read.OutputsOf);
        Assert.AreNotEqual(read.OutputsOf, (read with { Cells = [read.Cells[0]] }).CodeDigest);
    }

    private static async Task AssertFails(string message, params string[] cells)
    {
        ScriptFailure failure = await Assert.ThrowsExactlyAsync<ScriptFailure>(() => NotebookRunner.RunAsync(Make(cells), "a.ipynb"));
        Assert.AreEqual(message, failure.Message);
    }

    private static async Task<JsonObject[]> Outputs(params string[] cells) => [.. (await NotebookRunner.RunAsync(Make(cells), "a.ipynb")).Cells.SelectMany(cell => cell.Outputs)];

    private static Notebook Make(params string[] cells) => new([.. cells.Select(cell => new NotebookCell(true, cell, []))], null);
}
