using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed partial class NotebookTests
{
    private const int MostKilobytes = 400;
    private const int MostLines = 20;

    private static readonly Lazy<PackedLibrary> Packed = new();

    public static IEnumerable<string> Files => NotebookFiles.Names;

    [ClassCleanup]
    public static void Unpack()
    {
        if (Packed.IsValueCreated)
        {
            Packed.Value.Dispose();
        }
    }

    [TestMethod]
    [TestCategory("Long")]
    [DynamicData(nameof(Files))]
    public async Task Notebook_EveryCell_Runs(string file)
    {
        Notebook notebook = NotebookFiles.Read(file);
        using var weights = new TemporaryFolder();
        if (NotebookFiles.Update)
        {
            Notebook updated = await NotebookRunner.RunAsync(notebook, file, Submitted);
            await File.WriteAllTextAsync(NotebookFiles.PathOf(file), updated.ToJson());
            return;
        }

        LongTest.Require();
        Assert.IsTrue(notebook.Cells.Any(cell => cell.IsCode && MadeImages().IsMatch(cell.Source)), $"{file} makes its images in another way than the others.");
        Notebook run = await NotebookRunner.RunAsync(notebook, file, source => Submitted(MadeImages().Replace(source, "trainCount: 200, testCount: 200")));
        AssertDisplays(run, file);
        Assert.AreEqual(notebook.Outline, run.Outline, $"{file} shows other things than are stored.");

        string Submitted(string source) => FirstWeights.In(Packed.Value.TakenBy(source), weights.Path);
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
    public void Notebook_EveryStoredDisplay_IsHtmlOfTheLibrary(string file) => AssertDisplays(NotebookFiles.Read(file), file);

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
        string first = cells.First(cell => cell.IsCode).Source;
        Assert.StartsWith(PackageDirectives.FolderLine + "\n", first);
        string[] packages = [.. PackageDirectives.In(first).Select(package => package.Name)];
        CollectionAssert.IsSubsetOf(new[] { "WCoRD.MLNet", "TorchSharp-cpu" }, packages, $"{file}: the first cell names the packages.");
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Notebook_Packages_AreThoseOfThisRepository(string file)
    {
        foreach (NotebookCell cell in NotebookFiles.Read(file).Cells.Where(cell => cell.IsCode))
        {
            PackageDirectives.Check(cell.Source, file);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Notebook_NbformatSchema_Accepts(string file)
    {
        var (exitCode, _, errors) = Python.With("nbformat").Run("import nbformat, sys; nbformat.validate(nbformat.read(sys.argv[1], as_version=4))", NotebookFiles.PathOf(file));
        Assert.AreEqual(0, exitCode, errors);
    }

    // A text is no rich display; and the kernel's own view of a value is HTML too, of its classes.
    private static void AssertDisplays(Notebook notebook, string file)
    {
        JsonObject[] displays = [.. notebook.Cells.SelectMany(cell => cell.Outputs).Select(output => output["data"]).OfType<JsonObject>().Where(display => display.First().Key != "text/plain")];
        Assert.IsNotEmpty(displays, $"{file} shows nothing.");
        foreach (JsonObject display in displays)
        {
            string html = string.Concat((display["text/html"]?.AsArray() ?? []).Select(line => (string?)line));
            Assert.StartsWith("<", html, $"{file} shows {display.ToJsonString()}");
            Assert.DoesNotContain("class=\"dni-", html, file);
        }
    }

    // Where only what kinds of things cells show is looked at, they do so on few images.
    [GeneratedRegex(@"trainCount: \d+, testCount: \d+")]
    private static partial Regex MadeImages();
}
