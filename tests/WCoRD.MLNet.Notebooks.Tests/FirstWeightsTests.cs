namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class FirstWeightsTests
{
    public static IEnumerable<string> Files => NotebookFiles.Names;

    // One that does not would download them.
    [TestMethod]
    [DynamicData(nameof(Files))]
    public void In_Notebook_FindsTheLineWhereTextIsRead(string file)
    {
        string[] cells = [.. NotebookFiles.Read(file).Cells.Where(cell => cell.IsCode).Select(cell => cell.Source)];
        bool reads = cells.SelectMany(PackageDirectives.In).Any(package => package.Name == "Microsoft.ML.TorchSharp");
        Assert.AreEqual(reads ? 1 : 0, cells.Count(cell => FirstWeights.In(cell, "/weights") != cell), $"{file}: one cell says {FirstWeights.Line}");
    }

    [TestMethod]
    public void In_CellThatAsks_WritesIntoTheFolderAndNamesIt()
    {
        string cell = FirstWeights.In("string weights = \"\";\nint x = 1;", "/weights");
        Assert.StartsWith("using ", cell);
        Assert.EndsWith("\nstring weights = @\"/weights\";\nTextWeights.Write(new MLContext { TempFilePath = weights });\nint x = 1;", cell);
        Assert.DoesNotContain("namespace", cell);
    }
}
