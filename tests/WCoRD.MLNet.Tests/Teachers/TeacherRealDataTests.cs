using System.Runtime.InteropServices;
using TorchSharp;
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

    [TestMethod]
    public void In_BFloat16_KeepsTheAccuracyOnTheTestSet()
    {
        using NetworkTeacher teacher = Teacher.FromSafetensors("resnet56", RealData.Teacher("resnet56", "safetensors"), normalization: RealData.TeacherNormalization);
        using NetworkTeacher halved = teacher.In(Precision.BFloat16, TorchSharp.torch.CPU);
        byte[] records = File.ReadAllBytes(RealData.Split("test.bin"));
        long right = 0;
        for (int at = 0; at < records.Length; at += Images * RecordLength)
        {
            using var scope = NewDisposeScope();
            byte[] batch = records[at..(at + (Images * RecordLength))];
            long[] labels = [.. Enumerable.Range(0, Images).Select(i => (long)batch[(i * RecordLength) + 1])];
            right += halved.Compute(Pixels(batch)).Logits.argmax(1).eq(tensor(labels)).sum().ToInt64();
        }

        // 72.63 % in float32.
        Assert.AreEqual(72.63, right / 100.0, 0.3);
    }

    private static Tensor Pixels(string file)
    {
        byte[] records = new byte[Images * RecordLength];
        using FileStream stream = File.OpenRead(file);
        stream.ReadExactly(records);
        return Pixels(records);
    }

    private static Tensor Pixels(byte[] records)
    {
        float[] pixels = [.. Enumerable.Range(0, Images).SelectMany(i => records[((i * RecordLength) + 2)..((i + 1) * RecordLength)]).Select(value => (float)value)];
        return tensor(pixels, [Images, 3, 32, 32]);
    }
}
