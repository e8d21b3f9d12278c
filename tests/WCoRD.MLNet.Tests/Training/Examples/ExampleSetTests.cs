using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ExampleSetTests
{
    [TestMethod]
    public void MeasureNormalization_KnownPixels_GivesMeanAndDeviationOfEachChannel()
    {
        // Channel 0 holds 0 and 10 in equal parts: mean 5, deviation 5. Channel 1 is constant: its deviation counts as 1.
        using Tensor pixels = tensor(new byte[] { 0, 10, 7, 7, 10, 0, 7, 7 }).view(2, 2, 1, 2);
        using var examples = new ExampleSet(pixels, [0, 1]);
        InputNormalization normalization = examples.MeasureNormalization([0, 1]);
        CollectionAssert.AreEqual(new[] { 5f, 7f }, normalization.Mean.ToArray());
        CollectionAssert.AreEqual(new[] { 5f, 1f }, normalization.StandardDeviation.ToArray());
    }

    [TestMethod]
    public void Split_Fraction_TakesItFromEveryClass()
    {
        using var examples = new ExampleSet(zeros(40, 1, 1, 1), [.. Enumerable.Range(0, 40).Select(row => row < 10 ? 0L : 1L)]);
        (int[] training, int[] validation) = examples.Split(0.2, new Random(1));
        Assert.AreEqual(2, validation.Count(row => row < 10));
        Assert.AreEqual(6, validation.Count(row => row >= 10));
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 40).ToArray(), training.Concat(validation).ToArray());
    }

    [TestMethod]
    public void Split_RowsWithoutLabel_AreTrainedOn()
    {
        using var examples = new ExampleSet(zeros(20, 1, 1, 1), [.. Enumerable.Range(0, 20).Select(row => row < 10 ? row % 2 : DistillationStep.NoLabel)]);
        (int[] training, int[] validation) = examples.Split(0.4, new Random(1));
        Assert.HasCount(4, validation);
        Assert.IsTrue(validation.All(row => row < 10));
        Assert.HasCount(16, training);
    }

    [TestMethod]
    public void Split_Zero_TrainsOnEveryRow()
    {
        using var examples = new ExampleSet(zeros(3, 1, 1, 1), [0, 1, 1]);
        (int[] training, int[] validation) = examples.Split(0, new Random(1));
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, training);
        Assert.IsEmpty(validation);
    }
}
