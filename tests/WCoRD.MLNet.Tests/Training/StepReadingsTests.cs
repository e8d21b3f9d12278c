using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class StepReadingsTests
{
    [TestMethod]
    public void Take_OneAtATime_TellsEachStepAtOnce()
    {
        using var scope = NewDisposeScope();
        using var readings = new StepReadings(atATime: 1);
        Add(readings, 1, loss: 2.5f);
        StepResult result = readings.Take(all: false).Single();
        Assert.AreEqual((1, 2.5, 3, 1L, 2L), (result.Number, result.Loss, result.Examples, result.Right, result.Labelled));
        CollectionAssert.AreEqual(new[] { ("ce", 2.5), ("kd", 5.0) }, result.Parts.ToArray());
        Assert.IsEmpty(readings.Take(all: true));
    }

    [TestMethod]
    public void Take_ManyAtATime_WaitsForThem()
    {
        using var scope = NewDisposeScope();
        using var readings = new StepReadings(atATime: 3);
        Add(readings, 1, 1);
        Add(readings, 2, float.NaN);
        Assert.IsEmpty(readings.Take(all: false));
        Add(readings, 3, 3);
        StepResult[] results = [.. readings.Take(all: false)];
        CollectionAssert.AreEqual(new[] { 1, 2, 3 }, results.Select(result => result.Number).ToArray());
        CollectionAssert.AreEqual(new[] { true, false, true }, results.Select(result => result.IsFinite).ToArray());
        Add(readings, 4, 4);
        Assert.IsEmpty(readings.Take(all: false));
        Assert.AreEqual(4, readings.Take(all: true).Single().Loss);
    }

    private static void Add(StepReadings readings, int number, float loss)
    {
        Tensor value = tensor(loss);
        var step = new DistillationStep
        {
            Indices = arange(3, ScalarType.Int64),
            Labels = tensor(new long[] { 0, 1, DistillationStep.NoLabel }),
            Student = new NetworkOutput([], zeros(3, 1), tensor(new float[,] { { 2, 1 }, { 2, 1 }, { 2, 1 } })),
        };
        readings.Add(number, StepNumbers.Of(step, new ObjectiveValue(value, [("ce", value), ("kd", value * 2)])), []);
    }
}
