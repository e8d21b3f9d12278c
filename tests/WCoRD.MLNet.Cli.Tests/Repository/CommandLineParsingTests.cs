namespace WCoRD.MLNet.Tests;

/// <summary>Only the tool's commands know how a command line is written: what they start takes plain values.</summary>
[TestClass]
public sealed class CommandLineParsingTests
{
    private static readonly string Tool = Path.Combine(RepositoryFolder.Root, "src", "WCoRD.MLNet.Cli");

    [TestMethod]
    public void Source_OutsideTheCommands_NamesNoParser()
    {
        string[] parsing = [.. Directory.GetFiles(Tool, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Tool, file))
            .Where(file => file.Split(Path.DirectorySeparatorChar)[0] is not ("obj" or "bin"))
            .Where(file => File.ReadAllText(Path.Combine(Tool, file)).Contains("System.CommandLine", StringComparison.Ordinal))];
        Assert.IsNotEmpty(parsing);
        Assert.IsEmpty(parsing.Where(file => !file.StartsWith("Commands" + Path.DirectorySeparatorChar, StringComparison.Ordinal)));
    }
}
