using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ColumnTeacherOutputsTests
{
    [TestMethod]
    public void Compute_Probabilities_SoftenAsTheirLogitsDo()
    {
        using var scope = NewDisposeScope();
        Tensor logits = tensor(new float[,] { { 2, -1, 0.5f }, { -3, 4, 1 } });
        using var outputs = new ColumnTeacherOutputs(zeros(2, 4), logits.softmax(1), Scored(3));
        Tensor found = outputs.Compute(OfRows(1, 0)).Logits;
        Assert.IsTrue((found / 4).softmax(1).allclose((logits.index_select(0, tensor(new long[] { 1, 0 })) / 4).softmax(1), 1e-5, 1e-6));
    }

    [TestMethod]
    public void Compute_Logits_StayAsTheyAre()
    {
        using var scope = NewDisposeScope();
        Tensor logits = tensor(new float[,] { { 0.5f, 0.5f }, { 2, 1 } });
        using var outputs = new ColumnTeacherOutputs(zeros(2, 4), logits.clone(), Scored(2));
        CollectionAssert.AreEqual(logits.ToDoubles(), outputs.Compute(OfRows(0, 1)).Logits.ToDoubles());
    }

    [TestMethod]
    public void Compute_ZeroProbability_StaysFinite()
    {
        using var scope = NewDisposeScope();
        using var outputs = new ColumnTeacherOutputs(zeros(1, 4), tensor(new float[,] { { 1, 0 } }), Scored(2));
        Assert.IsTrue(outputs.Compute(OfRows(0)).Logits.isfinite().all().ToBoolean());
    }

    [TestMethod]
    public void Compute_Bytes_BecomeFeaturesOfTheRowsAskedFor()
    {
        using var scope = NewDisposeScope();
        using var outputs = new ColumnTeacherOutputs(tensor(new byte[] { 1, 2, 250, 4 }).view(2, 2), null, TaughtClasses.None("no scores"));
        NetworkOutput output = outputs.Compute(OfRows(1));
        CollectionAssert.AreEqual(new double[] { 250, 4 }, output.Features.ToDoubles());
        CollectionAssert.AreEqual(new long[] { 1, 0 }, output.Logits.shape);
    }

    [TestMethod]
    public void Compute_ScoresOfAnotherTask_AreLeftOut()
    {
        using var scope = NewDisposeScope();
        using var outputs = new ColumnTeacherOutputs(zeros(2, 4), ones(2, 3), TaughtClasses.None("other classes"));
        CollectionAssert.AreEqual(new long[] { 1, 0 }, outputs.Compute(OfRows(1)).Logits.shape);
    }

    [TestMethod]
    public void Dispose_AfterUse_LeavesNoTensor()
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var outputs = new ColumnTeacherOutputs(zeros(2, 4, ScalarType.Byte), ones(2, 3), Scored(3)))
        {
            using var scope = NewDisposeScope();
            outputs.Compute(OfRows(0));
        }

        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static Batch OfRows(params long[] rows)
    {
        Tensor numbers = tensor(rows), pixels = zeros(rows.Length, 1, 1, 1);
        return new Batch(numbers, numbers, zeros_like(numbers), pixels, pixels, new Views([], []));
    }

    private static TaughtClasses Scored(int classes) => TaughtClasses.Of(classes, names: null, "the teacher", label: null);
}
