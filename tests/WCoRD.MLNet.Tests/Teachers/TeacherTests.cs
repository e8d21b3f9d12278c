using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TeacherTests
{
    private static readonly InputNormalization Grey = new(0.5f, [1f], [2f]);

    [TestMethod]
    public void Compute_Pixels_AreNormalisedAndEvaluatedWithoutGradient()
    {
        using var scope = NewDisposeScope();
        FeatureNetwork network = NetworkCatalog.Create("resnet8", 4, 1, new Generator(1));
        using NetworkTeacher teacher = NetworkTeacher.FromNetwork(network, Grey);
        Tensor pixels = ReferenceTensors.Uniform("pixels", 0, 255, 2, 1, 8, 8);
        byte[] before = NetworkWeights.Save(network);
        NetworkOutput output = teacher.Compute(pixels);
        Tensor expected = network.forward(((pixels * 0.5) - 1) / 2);
        Assert.IsTrue(expected.allclose(output.Logits, rtol: 1e-4, atol: 1e-4));
        Assert.IsFalse(output.Logits.requires_grad || output.Features.requires_grad || output.StageMaps.Any(map => map.requires_grad));
        Assert.IsTrue(network.parameters().All(parameter => !parameter.requires_grad));
        CollectionAssert.AreEqual(before, NetworkWeights.Save(network), "Evaluation leaves the running statistics alone.");
    }

    [TestMethod]
    [DataRow("resnet8")]
    [DataRow("vgg8")]
    public void In_BFloat16_GivesNearlyTheSameAsFloat32(string name)
    {
        using var scope = NewDisposeScope();
        using NetworkTeacher teacher = NetworkTeacher.FromNetwork(NetworkCatalog.Create(name, 4, 1, new Generator(1)), Grey);
        using NetworkTeacher halved = teacher.In(Precision.BFloat16, CPU);
        Tensor pixels = ReferenceTensors.Uniform("pixels", 0, 10, 4, 1, 8, 8);
        NetworkOutput expected = teacher.Compute(pixels), found = halved.Compute(pixels);
        // bfloat16 keeps 8 significant bits: 2^-9 for each rounding, more after several layers.
        foreach ((Tensor all, Tensor few) in (ReadOnlySpan<(Tensor, Tensor)>)[(expected.Features, found.Features), (expected.Logits, found.Logits), (expected.StageMaps[1], found.StageMaps[1])])
        {
            // Maps stay as they are: most objectives never read them.
            Assert.AreEqual(few.dim() == 4 ? ScalarType.BFloat16 : ScalarType.Float32, few.dtype);
            double error = ((all - few).norm() / all.norm()).ToDouble();
            Assert.IsTrue(error is > 0 and < 0.03, $"{error}");
        }

        Assert.IsTrue(teacher.Compute(pixels).Logits.equal(expected.Logits).all().ToBoolean(), "The teacher itself stays as it was.");
    }

    [TestMethod]
    public void Properties_OfTeacher_AreTheNetworks()
    {
        using NetworkTeacher teacher = NetworkTeacher.FromNetwork(NetworkCatalog.Create("resnet8x4", 4, 1, new Generator(1)), Grey);
        Assert.AreEqual("resnet8x4", teacher.NetworkName);
        Assert.AreEqual(4, teacher.Classes);
        Assert.AreEqual(1, teacher.InputChannels);
        Assert.AreEqual(256, teacher.FeatureSize);
    }

    [TestMethod]
    public void Compute_WrongImages_SaysFoundAndExpected()
    {
        using var scope = NewDisposeScope();
        using NetworkTeacher teacher = NetworkTeacher.FromNetwork(NetworkCatalog.Create("resnet8", 4, 1, new Generator(1)), Grey, 8, 8);
        foreach (Tensor wrong in (Tensor[])[zeros(2, 3, 8, 8), zeros(2, 1, 9, 8), zeros(1, 8, 8), zeros(2, 1, 8, 8, ScalarType.Byte)])
        {
            ArgumentException exception = Assert.ThrowsExactly<ArgumentException>(() => teacher.Compute(wrong));
            StringAssert.Contains(exception.Message, $"[{string.Join(", ", wrong.shape)}]");
            StringAssert.Contains(exception.Message, "[batch, 1, 8, 8], Float32");
        }
    }

    [TestMethod]
    public void FromSafetensors_WithoutSuitableNormalization_SaysSo()
    {
        string path = Path.GetTempFileName();
        try
        {
            using (FeatureNetwork network = NetworkCatalog.Create("resnet8", 4, 1, new Generator(1)))
            {
                File.WriteAllBytes(path, NetworkWeights.Save(network));
            }

            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Teacher.FromSafetensors("resnet8", path, 4, 1)).Message, "3 means");
            using NetworkTeacher teacher = Teacher.FromSafetensors("resnet8", path, 4, 1, Grey);
            Assert.AreEqual(4, teacher.Classes);
            StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Teacher.FromSafetensors("resnet8", path, 5, 1, Grey)).Message, "expected [5, 64]");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void FromSafetensors_NoFileOrNetwork_Throws()
    {
        Assert.ThrowsExactly<FileNotFoundException>(() => Teacher.FromSafetensors("resnet8", Path.Combine(Path.GetTempPath(), "absent.safetensors")));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Teacher.FromSafetensors("resnet9", "any")).Message, "'resnet9'");
    }

    [TestMethod]
    [DataRow(0f)]
    [DataRow(-1f)]
    [DataRow(float.NaN)]
    public void FromNetwork_DeviationNotAboveZero_Throws(float deviation)
    {
        using FeatureNetwork network = NetworkCatalog.Create("resnet8", 4, 1, new Generator(1));
        ArgumentException exception = Assert.ThrowsExactly<ArgumentException>(() => NetworkTeacher.FromNetwork(network, new InputNormalization(1, [0], [deviation])));
        StringAssert.Contains(exception.Message, "above 0");
    }

    [TestMethod]
    public void Teacher_ComputedAndDisposed_LeavesNoTensor()
    {
        using Tensor pixels = zeros(2, 1, 8, 8);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        NetworkTeacher teacher;
        using (Generator generator = new(1))
        {
            teacher = NetworkTeacher.FromNetwork(NetworkCatalog.Create("vgg8", 4, 1, generator), Grey);
        }

        using (NewDisposeScope())
        {
            teacher.Compute(pixels);
        }

        teacher.Dispose();
        teacher.Dispose();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.ThrowsExactly<ObjectDisposedException>(() => teacher.Compute(pixels));
    }
}
