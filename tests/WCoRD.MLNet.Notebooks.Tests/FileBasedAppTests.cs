namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class FileBasedAppTests
{
    public static IEnumerable<string> Files => NotebookFiles.Names;

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Program_OfANotebook_IsInStepWithIt(string file)
    {
        string expected = FileBasedApp.Of(NotebookFiles.Read(file), file);
        if (NotebookFiles.Update)
        {
            File.WriteAllText(NotebookFiles.PathOf(ProgramOf(file)), expected);
        }

        NotebookFiles.AssertHolds(ProgramOf(file), expected);
    }

    [TestMethod]
    public void Programs_InTheFolder_AreThoseOfNotebooks() =>
        CollectionAssert.AreEquivalent(Files.Select(ProgramOf).ToArray(), Directory.GetFiles(NotebookFiles.Folder, "*.cs").Select(Path.GetFileName).ToArray());

    // Their notebooks run the same cells; what is left to find out is whether the program builds.
    [TestMethod]
    [TestCategory("Long")]
    [DynamicData(nameof(Files))]
    public void Program_DotnetBuild_Succeeds(string file) => Succeed("build", file);

    [TestMethod]
    [TestCategory("Long")]
    public void Program_DotnetRun_EndsWell() => Succeed("run", "05-save-load-score.ipynb");

    private static void Succeed(string command, string file)
    {
        LongTest.Require();
        var (exitCode, output, errors) = RepositoryFolder.Run("dotnet", command, "--configuration", "Release", NotebookFiles.PathOf(ProgramOf(file)));
        Assert.AreEqual(0, exitCode, output + errors);
    }

    [TestMethod]
    public void Of_LastExpression_IsPrinted() => AssertStatements("int x = 1;\n// Shown.\nx + 1", "int x = 1;\n// Shown.\nConsole.WriteLine(x + 1);");

    [TestMethod]
    public void Of_LastStatement_StaysAsItIs() => AssertStatements("int x = 1;\nx++;", "int x = 1;\nx++;");

    [TestMethod]
    public void Of_TypesAndUsings_GoToBothEnds()
    {
        string program = Of("#r \"nuget: TorchSharp-cpu, 0.107.0\"\nusing System.IO;\nclass A { }\nvar a = new A();");
        Assert.EndsWith("using System.IO;\n\nvar a = new A();\n\nclass A { }\n", program);
        Assert.Contains("\n#:package TorchSharp-cpu\n", program);
    }

    [TestMethod]
    public void Of_MicrosoftMLTorchSharp_IsRepairedByTheBuild()
    {
        Assert.Contains("\n#:package Microsoft.ML.TorchSharp\n#:property PublishAot=false\n#:property WcordRepairMicrosoftMLTorchSharp=true\n", Of("#r \"nuget: Microsoft.ML.TorchSharp, 0.23.1\""));
        Assert.DoesNotContain("WcordRepairMicrosoftMLTorchSharp", Of("#r \"nuget: TorchSharp-cpu, 0.107.0\""));
    }

    [TestMethod]
    public void Of_Markdown_BecomesAComment() =>
        Assert.EndsWith("\n// # Title\n//\n// Text.\n", FileBasedApp.Of(new Notebook([new NotebookCell(false, "# Title\n\nText.", [])], null), "a.ipynb"));

    private static void AssertStatements(string cell, string expected) => Assert.EndsWith($"\n{expected}\n", Of(cell));

    private static string Of(string cell) => FileBasedApp.Of(new Notebook([new NotebookCell(true, cell, [])], null), "a.ipynb");

    private static string ProgramOf(string file) => Path.ChangeExtension(file, ".cs");
}
