namespace WCoRD.MLNet.Tests;

/// <summary>Lines end near column 140 (.editorconfig), which no formatter holds.</summary>
[TestClass]
public sealed class LineLengthTests
{
    private const int Longest = 160;

    [TestMethod]
    public void Source_Lines_EndNearTheirColumn()
    {
        string source = Path.Combine(RepositoryFolder.Root, "src");
        string[] tooLong = [.. Directory.GetFiles(source, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(source, file))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "obj" or "bin"))
            .SelectMany(file => File.ReadLines(Path.Combine(source, file)).Index()
                .Where(line => line.Item.Length > Longest)
                .Select(line => Invariant($"{file}, line {line.Index + 1}")))];
        Assert.IsEmpty(tooLong, Invariant($"Lines end near column 140; longer than {Longest} are: {string.Join("; ", tooLong)}"));
    }
}
