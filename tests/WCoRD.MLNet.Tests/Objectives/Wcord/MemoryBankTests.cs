using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class MemoryBankTests
{
    [TestMethod]
    public void Create_RowsAreUniformInTheReferenceRange()
    {
        using var bank = new MemoryBank(1000, 12, 0.5, new Generator(1));
        double[] values = bank.Rows.ToDoubles();
        Assert.IsTrue(values.All(value => Math.Abs(value) <= 0.5));
        // The mean of squares of U(-a, a) is a^2 / 3.
        Assert.AreEqual(0.25 / 3, values.Average(value => value * value), 0.002);
        Assert.AreEqual(1000 * 12 * 4 / 1048576.0, bank.SizeInMiB, 1e-12);
    }

    [TestMethod]
    public void Update_MixesAndNormalises_OtherRowsStay()
    {
        using var scope = NewDisposeScope();
        using var bank = new MemoryBank(3, 2, 0.5);
        bank.Rows.copy_(tensor(new float[] { 1, 0, 0, 0.3f, 0.2f, 0.1f }, [3, 2]));
        bank.Update(tensor(new long[] { 0 }), tensor(new float[] { 0, 1 }, [1, 2]));
        LossChecks.AreClose([Math.Sqrt(0.5), Math.Sqrt(0.5), 0, 0.3, 0.2, 0.1], bank.Rows.ToDoubles(), 0, 1e-6);
    }

    [TestMethod]
    public void Update_RowTwice_IsAUnitVector()
    {
        using var scope = NewDisposeScope();
        using var bank = new MemoryBank(3, 4);
        bank.Update(tensor(new long[] { 1, 1 }), ReferenceTensors.Uniform("e", -1, 1, 2, 4));
        Assert.AreEqual(1, bank.Rows[1].norm().ToDouble(), 1e-6);
    }

    [TestMethod]
    public void Update_LeavesNoTensors()
    {
        using var bank = new MemoryBank(5, 4);
        LossChecks.LeavesNoTensors(() =>
        {
            using var scope = NewDisposeScope();
            bank.Update(tensor(new long[] { 1, 2 }), rand(2, 4));
        });
    }
}
