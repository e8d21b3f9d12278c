namespace WCoRD.MLNet.Tests;

/// <summary>A ratchet: long lines become fewer. A change that leaves fewer lowers the number here.</summary>
[TestClass]
public sealed class LineLengthTests
{
    private const int Long = 160;
    private const int Allowed = 0;

    [TestMethod]
    public void Source_LongLines_AreNoMoreThanBefore()
    {
        string source = Path.Combine(RepositoryFolder.Root, "src");
        string[] longLines = [.. Directory.GetFiles(source, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(source, file))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "obj" or "bin"))
            .SelectMany(file => File.ReadLines(Path.Combine(source, file)).Where(line => line.Length > Long).Select(_ => file))];
        IEnumerable<string> most = longLines.CountBy(file => file).OrderByDescending(file => file.Value).Take(10).Select(file => Invariant($"{file.Value} in {file.Key}"));
        Assert.IsLessThanOrEqualTo(Allowed, longLines.Length, Invariant($"Lines end near column 140 (.editorconfig); longer than {Long} are: {string.Join(", ", most)}, ..."));
    }
}
