namespace WCoRD.MLNet.Tests;

/// <summary><c>--initial-weights</c> of <c>wcord teach</c> and <c>wcord distill</c>.</summary>
[TestClass]
public sealed class InitialWeightsCommandTests
{
    [TestMethod]
    public async Task Teach_WithWeightsOfAModel_BeginsWithThem_AndRefusesAnotherNetworks()
    {
        using var folder = new TemporaryFolder();
        string data = folder.File("data"), first = folder.File("first.zip"), second = folder.File("second.zip");
        Assert.AreEqual(0, (await Tool.RunHereAsync("data", "sample", data, "--train", "100", "--test", "100")).ExitCode);
        string[] common = ["--data", data, "--epochs", "1", "--learning-rate", "1e-9", "--seed", "1", "--json"];
        Assert.AreEqual(0, (await Tool.RunHereAsync(["teach", .. common, "--network", "resnet8", "--out", first])).ExitCode);
        (int exitCode, _, string errors) = await Tool.RunHereAsync(["teach", .. common, "--network", "resnet8", "--initial-weights", first, "--out", second]);
        Assert.AreEqual(0, exitCode, errors);
        (exitCode, _, errors) = await Tool.RunHereAsync(["distill", .. common, "--teacher", first, "--student", "resnet14", "--initial-weights", first, "--method", "kd", "--out", second]);
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, $"InitialWeights: '{first}' holds network 'resnet8', expected 'resnet14'");
    }
}
