namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class OptionsReferenceTests
{
    [TestMethod]
    public void OptionsReference_Generated_EqualsTheFile()
    {
        string file = Path.Combine(RepositoryFolder.Root, "docs", "options.md"), generated = OptionsReference.Generate();
        if (Environment.GetEnvironmentVariable("WCORD_UPDATE") == "1")
        {
            File.WriteAllText(file, generated);
        }

        Assert.AreEqual(
            generated,
            File.ReadAllText(file).ReplaceLineEndings("\n"),
            "docs/options.md is out of step with the options' documentation comments: run this test with WCORD_UPDATE=1 and commit the file.");
    }

    [TestMethod]
    public void OptionsReference_DocumentedDefaults_AreTheRealOnes()
    {
        string[] wrong = [.. OptionsReference.Types().SelectMany(OptionsReference.Options)
            .Select(option => (option.Name, Documented: OptionsReference.DocumentedDefault(option).Default.Trim('`'), Real: OptionsReference.Default(option).Trim('`')))
            .Where(option => option.Documented != option.Real)
            .Select(option => $"{option.Name}: documented {option.Documented}, real {option.Real}")];
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    [TestMethod]
    public void OptionsReference_EveryPublicOptionsClass_IsThere()
    {
        Type[] expected = [.. typeof(TrainingOptions).Assembly.GetExportedTypes().Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal))];
        CollectionAssert.AreEquivalent(expected, OptionsReference.Types());
    }
}
