using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
[TestCategory("RealData")]
public sealed class TeacherRealDataTests
{
    private const int Images = 100;
    private const int RecordLength = 2 + (3 * 32 * 32);

    [TestMethod]
    [DataRow("resnet20")]
    [DataRow("resnet32")]
    [DataRow("resnet44")]
    [DataRow("resnet56")]
    public void Compute_TestImages_GivesStoredLogits(string network)
    {
        string weights = RealData.Teacher(network, "safetensors");
        string logits = RealData.Teacher(network, "logits_test0-99.f32");
        string images = RealData.Split("test.bin");

        using var scope = NewDisposeScope();
        using NetworkTeacher teacher = Teacher.FromSafetensors(network, weights, normalization: RealData.TeacherNormalization);
        float[] expected = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(logits)).ToArray();
        float[] found = teacher.Compute(Pixels(images)).Logits.data<float>().ToArray();
        Assert.HasCount(expected.Length, found);
        Assert.IsLessThanOrEqualTo(1e-3f, expected.Zip(found, (a, b) => Math.Abs(a - b)).Max());
    }

    private static Tensor Pixels(string file)
    {
        byte[] records = new byte[Images * RecordLength];
        using FileStream stream = File.OpenRead(file);
        stream.ReadExactly(records);
        float[] pixels = [.. Enumerable.Range(0, Images).SelectMany(i => records[((i * RecordLength) + 2)..((i + 1) * RecordLength)]).Select(value => (float)value)];
        return tensor(pixels, [Images, 3, 32, 32]);
    }
}
