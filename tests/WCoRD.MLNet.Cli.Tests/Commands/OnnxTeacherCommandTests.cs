using WCoRD.MLNet.Cli;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Tests;

/// <summary><c>wcord distill --teacher net.onnx</c>.</summary>
[TestClass]
public sealed class OnnxTeacherCommandTests
{
    [TestMethod]
    public async Task Distill_OnnxTeacher_TeachesAndIsRefusedWhereItIsUnknown()
    {
        using var folder = new TemporaryFolder();
        string data = folder.File("data"), net = folder.File("net.onnx"), student = folder.File("student.zip");
        Assert.AreEqual(0, (await Tool.RunHereAsync("data", "sample", data, "--train", "100", "--test", "100")).ExitCode);
        File.WriteAllBytes(net, OnnxNet.Make(["probabilities"], classes: 100));
        string[] common = ["distill", "--data", data, "--teacher", net, "--student", "resnet8", "--method", "wcord+kd", "--epochs", "1", "--seed", "1", "--json", "--out", student];
        (int exitCode, string output, string errors) = await Tool.RunHereAsync(
            [.. common, "--teacher-scores", "logits", "--teacher-features", "map", "--teacher-normalization", "0.5,0.5,0.5/0.25,0.25,0.25"]);
        Assert.AreEqual(0, exitCode, errors);
        StringAssert.Contains(output, "kd");
        Assert.IsTrue(File.Exists(student));

        foreach ((string[] arguments, string expected) in ((string[], string)[])
        [
            ([.. common, "--teacher-features", "nowhere"], "is 'nowhere', but the ONNX model 'net.onnx' gives 'probabilities' Float [any, 100]"),
            ([.. common, "--teacher-network", "resnet8"], "an ONNX model holds its own network. Leave out --teacher-network."),
            ([.. common.Select(argument => argument == net ? student : argument), "--teacher-scores", "logits"], "--teacher-scores and --teacher-features name tensors of an ONNX model"),
            (["evaluate", "--data", data, "--teacher", net], "expected a network of this library; an ONNX model can only teach"),
        ])
        {
            (exitCode, _, errors) = await Tool.RunHereAsync(arguments);
            Assert.AreEqual(1, exitCode);
            StringAssert.Contains(errors, expected);
        }
    }

    [TestMethod]
    [TestCategory("Long")]
    public async Task Compare_OnnxTeacher_TeachesAsOthersDo()
    {
        LongTest.Require();
        using var folder = new TemporaryFolder();
        string data = folder.File("data"), net = folder.File("net.onnx"), results = folder.File("results");
        Assert.AreEqual(0, (await Tool.RunHereAsync("data", "sample", data, "--train", "100", "--test", "100")).ExitCode);
        File.WriteAllBytes(net, OnnxNet.Make(["logits"], classes: 100));
        (int exitCode, _, string errors) = Tool.Run(
            "compare", "--data", data, "--pairs", $"{net}:resnet8", "--methods", "kd", "--epochs", "1", "--out", results);
        Assert.AreEqual(0, exitCode, errors);
        StringAssert.Contains(File.ReadAllText(Path.Combine(results, "results.csv")), "net-resnet8");
    }

    [TestMethod]
    public void LoadTeacher_NoFile_SaysSo() => StringAssert.Contains(
        Assert.ThrowsExactly<CommandException>(() => ModelFiles.LoadTeacher(new Microsoft.ML.MLContext(1), "absent.onnx", null, null, null, null)).Message,
        "--teacher is 'absent.onnx': the file does not exist.");
}
