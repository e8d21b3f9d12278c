using Microsoft.ML;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>TorchScript modules as teachers.</summary>
[TestClass]
public sealed class ScriptedTeacherTests
{
    private static readonly float[] Weight = [.. Enumerable.Range(0, 12).Select(i => (i * 5 % 7) - 3f)];
    private static readonly InputNormalization AsIs = new(1, [0, 0, 0], [1, 1, 1]);
    private readonly string _folder = Directory.CreateTempSubdirectory("wcord-test").FullName;

    private string File => Path.Combine(_folder, "net.pt");

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("Tensor", "y", 0, 4)]
    [DataRow("Tuple[Tensor, Tensor]", "(f, y)", 0, 3)]
    [DataRow("Tuple[List[Tensor], Tensor]", "([x, torch.relu(x), f], y)", 2, 3)]
    public void Module_OfEachForm_GivesItsOutputs(string returns, string result, int maps, int features)
    {
        TorchScriptFile.Write(File, returns, result, Weight);
        using var scope = NewDisposeScope();
        using NetworkTeacher teacher = Teacher.FromTorchScript(File, height: 4, width: 4, normalization: AsIs);
        Assert.AreEqual(("net.pt", 4, features), (teacher.NetworkName, teacher.Classes, teacher.FeatureSize));
        Tensor pixels = zeros(2, 3, 4, 4);
        pixels[1, 0] = 1f;
        pixels[1, 2] = 2f;
        NetworkOutput output = teacher.Compute(pixels);
        Assert.HasCount(maps, output.StageMaps);

        // The channel means of the second image are (1, 0, 2).
        float[] logits = [.. Enumerable.Range(0, 4).Select(c => Weight[3 * c] + (2 * Weight[(3 * c) + 2]))];
        CollectionAssert.AreEqual(logits, output.Logits[1].data<float>().ToArray());
        CollectionAssert.AreEqual(features == 4 ? logits : [1, 0, 2], output.Features[1].data<float>().ToArray());
    }

    [TestMethod]
    public void Module_AsTeacher_TeachesItsClasses()
    {
        // TinyImages' classes differ in their channels' brightness; the student sees the teacher's opinion alone.
        TorchScriptFile.Write(File, "Tuple[Tensor, Tensor]", "(f, y)", [.. Weight.Select(weight => weight / 50)]);
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 160);
        using NetworkTeacher teacher = Teacher.FromTorchScript(File, height: TinyImages.Side, width: TinyImages.Side, normalization: AsIs);
        var options = new DistillationOptions { Student = "resnet8", LabelColumnName = null, Epochs = 6, BatchSize = 16, SoftTargetWeight = 1, CropPadding = 0, HorizontalFlip = false, Seed = 1 };
        using NetworkTransformer student = new DistillationEstimator(mlContext, teacher, options).Fit(data);
        Assert.IsLessThan(0.5 * student.History!.Epochs[0].Parts["kd"], student.History.Epochs[^1].Parts["kd"]);

        options.TeacherPrecision = Precision.BFloat16;
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => new DistillationEstimator(mlContext, teacher, options).Fit(data)).Message, "'net.pt' is not in NetworkCatalog and cannot be copied into BFloat16");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => teacher.ToTransformer(mlContext, data.Schema)).Message, "cannot become a model");
        options.TeacherPrecision = Precision.Float32;
        options.Objectives = [Distillers.Named("at")];
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new DistillationEstimator(mlContext, teacher, options).Fit(data)).Message, "stage maps");
    }

    [TestMethod]
    [DataRow("Tensor", "x", "gives features [1, 3, 8, 8] and logits [1, 3, 8, 8]: expected logits [batch, classes]")]
    [DataRow("int", "5", "gives Scalar: expected logits")]
    [DataRow("Tensor", "torch.matmul(y, y)", "fails on an image [1, 3, 8, 8] (RuntimeError: mat1 and mat2 shapes cannot be multiplied (1x4 and 1x4)): expected one that takes images [batch, channels, height, width] of this size. Nor does any square")]
    [DataRow("Tensor", "torch.add(torch.mul(torch.reshape(x, [1, 243]), 0).sum(), y)", "The smallest square image that works is 9 x 9")]
    public void Module_OfAnotherForm_SaysWhatItGives(string returns, string result, string expected)
    {
        TorchScriptFile.Write(File, returns, result, Weight);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Teacher.FromTorchScript(File, height: 8, width: 8)).Message, expected);
    }

    [TestMethod]
    public void File_AbsentOrBroken_IsNamed()
    {
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => Teacher.FromTorchScript(File)).Message, File);
        System.IO.File.WriteAllText(File, "no archive");
        string message = Assert.ThrowsExactly<FormatException>(() => Teacher.FromTorchScript(File)).Message;
        StringAssert.Contains(message, $"'{File}' is no TorchScript file");
        Assert.DoesNotContain('\n', message);
    }
}
