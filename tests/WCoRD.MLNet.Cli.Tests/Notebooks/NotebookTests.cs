using System.Text.RegularExpressions;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed partial class NotebookTests
{
    private const int MostKilobytes = 400;
    private const int MostLines = 20;

    public static IEnumerable<string> Files => NotebookFiles.Names;

    [TestMethod]
    [TestCategory("Long")]
    [DynamicData(nameof(Files))]
    public async Task Notebook_EveryCell_Runs(string file)
    {
        Notebook notebook = NotebookFiles.Read(file);
        if (NotebookFiles.Update)
        {
            Notebook run = await NotebookRunner.RunAsync(notebook, file);
            await File.WriteAllTextAsync(NotebookFiles.PathOf(file), run.ToJson());
            return;
        }

        LongTest.Require();
        Notebook small = notebook with { Cells = [.. notebook.Cells.Select(cell => cell with { Source = MadeImages().Replace(cell.Source, "trainCount: 200, testCount: 200") })] };
        Assert.AreNotEqual(notebook.CodeDigest, small.CodeDigest, $"{file} makes its images in another way than the others.");
        await NotebookRunner.RunAsync(small, file);
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Notebook_StoredOutputs_AreOfThisCode(string file)
    {
        Notebook notebook = NotebookFiles.Read(file);
        Assert.AreEqual(notebook.CodeDigest, notebook.OutputsOf, $"Code of {file} changed since its outputs were stored: ./build.sh test --filter \"FullyQualifiedName~Notebook\" with WCORD_UPDATE=1 stores new ones.");
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Notebook_File_IsAsWeWriteIt(string file) => NotebookFiles.AssertHolds(file, NotebookFiles.Read(file).ToJson());

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Notebook_File_IsSmallAndItsCellsShort(string file)
    {
        Assert.IsLessThan(MostKilobytes * 1024, new FileInfo(NotebookFiles.PathOf(file)).Length, $"{file} is large: show fewer or smaller pictures.");
        NotebookCell? longest = NotebookFiles.Read(file).Cells.Where(cell => cell.IsCode).MaxBy(cell => cell.Source.Count(letter => letter == '\n'));
        Assert.IsNotNull(longest);
        Assert.IsLessThanOrEqualTo(MostLines, longest.Source.Count(letter => letter == '\n') + 1, $"{file} has a long cell: {longest.Source}");
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Notebook_Beginning_IsATitleThenThePackages(string file)
    {
        IReadOnlyList<NotebookCell> cells = NotebookFiles.Read(file).Cells;
        Assert.StartsWith("# ", cells[0].Source);
        string[] packages = [.. PackageDirectives.In(cells.First(cell => cell.IsCode).Source).Select(package => package.Name)];
        CollectionAssert.IsSubsetOf(new[] { "WCoRD.MLNet", "TorchSharp-cpu" }, packages, $"{file}: the first cell names the packages.");
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Notebook_NbformatSchema_Accepts(string file)
    {
        var (exitCode, _, errors) = Python.With("nbformat").Run("import nbformat, sys; nbformat.validate(nbformat.read(sys.argv[1], as_version=4))", NotebookFiles.PathOf(file));
        Assert.AreEqual(0, exitCode, errors);
    }

    // Cells that run whatever they show, which is kept only on request, do so on few images.
    [GeneratedRegex(@"trainCount: \d+, testCount: \d+")]
    private static partial Regex MadeImages();
}
