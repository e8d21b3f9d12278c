namespace WCoRD.MLNet.Tests;

/// <summary>Notebooks in a real Jupyter, with the tool that brings its kernel; only where WCORD_JUPYTER=1 asks for it, as it installs that tool into a folder of its own.</summary>
[TestClass]
public sealed class JupyterTests
{
    private const string Tool = "Microsoft.dotnet-interactive --version 1.0.712001";

    [TestMethod]
    public void NotebooksReadme_ToolOfTheKernel_IsTheOneTested() =>
        StringAssert.Contains(File.ReadAllText(NotebookFiles.PathOf("README.md")), $"dotnet tool install --global {Tool}\n");

    [TestMethod]
    [DataRow("05-save-load-score.ipynb")]
    // Text trainers, which need weights to begin with and a repaired package.
    [DataRow("07-words-teach-pictures.ipynb")]
    public void Jupyter_ANotebook_ShowsWhatIsStored(string file)
    {
        if (Environment.GetEnvironmentVariable("WCORD_JUPYTER") != "1")
        {
            Assert.Inconclusive("Installs the kernel's tool and needs jupyter-nbconvert (Debian: jupyter-nbconvert, jupyter-client): set WCORD_JUPYTER=1 to run it.");
        }

        using var folder = new TemporaryFolder();
        string tools = folder.File("tools"), kernels = folder.File("kernels");
        Packages.Succeed("dotnet", ["tool", "install", .. Tool.Split(' '), "--tool-path", tools]);
        Directory.CreateDirectory(kernels);
        Packages.Succeed(Path.Combine(tools, "dotnet-interactive"), "jupyter", "install", "--path", kernels);

        using var packed = new PackedLibrary();
        Notebook stored = NotebookFiles.Read(file);
        File.WriteAllText(folder.File("in.ipynb"), (stored with { Cells = [.. stored.Cells.Select(cell => cell with { Source = FirstWeights.In(packed.TakenBy(cell.Source), folder.File("weights")) })] }).ToJson());
        // The kernel is started as `dotnet interactive`, which the shell's path must know.
        var (exitCode, output, errors) = RepositoryFolder.Run(
            "jupyter-nbconvert",
            ["--to", "notebook", "--execute", "--ExecutePreprocessor.timeout=-1", "--output", "out.ipynb", folder.File("in.ipynb")],
            new Dictionary<string, string> { ["JUPYTER_PATH"] = folder.Path, ["PATH"] = tools + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH") });
        Assert.AreEqual(0, exitCode, output + errors);
        var run = Notebook.Parse(File.ReadAllText(folder.File("out.ipynb")));
        Assert.AreEqual(stored.Outline, Shown(run).Outline);
    }

    /// <summary>Without what is of the run: where packages came from, and the compiler's warnings, which Jupyter prints as errors.</summary>
    private static Notebook Shown(Notebook run) => run with
    {
        Cells = [.. run.Cells.Select(cell => cell with { Outputs = PackageDirectives.In(cell.Source).Any() ? [] : [.. cell.Outputs.Where(output => (string?)output["name"] != "stderr")] })],
    };
}
