namespace WCoRD.MLNet.Tests.Commands;

/// <summary>The tool under mpiexec.</summary>
[TestClass]
public sealed class RanksTests
{
    [TestMethod]
    public void Teach_TwoProcesses_WriteOneModelAndReportOnce()
    {
        _ = MpiExec.Require();
        using var folder = new TemporaryFolder();
        SampleImages.Write(folder.Path, 200, 100, 1);
        string model = Path.Combine(folder.Path, "m.zip");
        string output = MpiExec.Run(2, Tool.Assembly, "teach", "--data", folder.Path, "--network", "resnet8", "--epochs", "1", "--seed", "1", "--out", model);
        Assert.IsTrue(File.Exists(model));
        Assert.HasCount(2, output.Split("epoch 1/1, loss"), output);
        Assert.HasCount(2, output.Split($"saved {model}"), output);
    }

    [TestMethod]
    public void Networks_SeveralProcesses_AreRefused()
    {
        (int exitCode, _, string error) = ChildProcess.Run("dotnet", [Tool.Assembly, "networks"], new() { ["PMI_SIZE"] = "2" });
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(error, "mpiexec started several processes, each of which would do the same");
        StringAssert.Contains(error, "Call this one without mpiexec.");
    }

    [TestMethod]
    public void Teach_OneProcessCannotBegin_EndsTheOther()
    {
        string launcher = MpiExec.Require();
        using var folder = new TemporaryFolder();
        SampleImages.Write(folder.Path, 200, 100, 1);
        string[] teach = ["dotnet", Tool.Assembly, "teach", "--network", "resnet8", "--epochs", "1", "--out", Path.Combine(folder.Path, "m.zip"), "--data"];

        // mpiexec's own way to start processes that differ.
        (int exitCode, _, string error) = ChildProcess.Run(
            launcher, ["-n", "1", .. teach, folder.Path, ":", "-n", "1", .. teach, Path.Combine(folder.Path, "none")]);
        Assert.AreNotEqual(0, exitCode);
        StringAssert.Contains(error, "none");
    }
}
