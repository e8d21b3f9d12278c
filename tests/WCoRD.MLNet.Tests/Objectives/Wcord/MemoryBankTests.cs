using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class MemoryBankTests
{
    [TestMethod]
    public void TrainingClasses_MemoryMovedToAnotherDevice_AreThere()
    {
        using var scope = NewDisposeScope();
        using var bank = new MemoryBank([0, 1, 0], 4);

        // The device of shapes without numbers stands for a GPU.
        bank.to(new Device(DeviceType.META));
        Assert.AreEqual(DeviceType.META, bank.TrainingClasses.device_type);
    }

    [TestMethod]
    public void Create_RowsAreUniformInTheReferenceRange()
    {
        using var bank = new MemoryBank(new long[1000], 12, 0.5, new Generator(1));
        foreach (Tensor rows in new[] { bank.Student, bank.Teacher })
        {
            double[] values = rows.ToDoubles();
            Assert.IsTrue(values.All(value => Math.Abs(value) <= 0.5));
            // The mean of squares of U(-a, a) is a^2 / 3.
            Assert.AreEqual(0.25 / 3, values.Average(value => value * value), 0.002);
        }

        Assert.AreEqual(1000 * 12 * 4 / 1048576.0, bank.SizeInMiB, 1e-12);
    }

    [TestMethod]
    public void Update_MixesAndNormalises_OtherRowsStay()
    {
        using var scope = NewDisposeScope();
        using MemoryBank bank = Bank();
        bank.Update(tensor(new long[] { 0 }), tensor(new float[] { 0, 1 }, [1, 2]), tensor(new float[] { -1, 0 }, [1, 2]));
        LossChecks.AreClose([Math.Sqrt(0.5), Math.Sqrt(0.5), 0, 0.3, 0.2, 0.1], bank.Student.ToDoubles(), 0, 1e-6);
        LossChecks.AreClose([-Math.Sqrt(0.5), Math.Sqrt(0.5), 0.3, 0, 0.1, 0.2], bank.Teacher.ToDoubles(), 0, 1e-6);
    }

    [TestMethod]
    public void Fill_RowsAreTheEmbeddings_OtherRowsStay()
    {
        using var scope = NewDisposeScope();
        using MemoryBank bank = Bank();
        bank.Fill(tensor(new long[] { 0 }), tensor(new float[] { 0, 1 }, [1, 2]), tensor(new float[] { -1, 0 }, [1, 2]));
        LossChecks.AreClose([0, 1, 0, 0.3, 0.2, 0.1], bank.Student.ToDoubles(), 0, 1e-6);
        LossChecks.AreClose([-1, 0, 0.3, 0, 0.1, 0.2], bank.Teacher.ToDoubles(), 0, 1e-6);
    }

    [TestMethod]
    public void Update_RowTwice_IsAUnitVector()
    {
        using var scope = NewDisposeScope();
        using var bank = new MemoryBank(new long[3], 4);
        Tensor embeddings = ReferenceTensors.Uniform("e", -1, 1, 2, 4);
        bank.Update(tensor(new long[] { 1, 1 }), embeddings, embeddings);
        Assert.AreEqual(1, bank.Student[1].norm().ToDouble(), 1e-6);
    }

    [TestMethod]
    public void Positives_AreTheOtherNetworksRowsOfTheExamples()
    {
        using var scope = NewDisposeScope();
        using MemoryBank bank = Bank();
        (Tensor student, Tensor teacher) = bank.Positives(tensor(new long[] { 2, 0 }), zeros(2, 2), zeros(2, 2));
        LossChecks.AreClose([0.2, 0.1, 1, 0], student.ToDoubles(), 0, 1e-6);
        LossChecks.AreClose([0.1, 0.2, 0, 1], teacher.ToDoubles(), 0, 1e-6);
    }

    [TestMethod]
    public void OwnClass_MarksTheRowsOfTheExamplesClass()
    {
        using var scope = NewDisposeScope();
        using var bank = new MemoryBank([0, 1, 0], 2);
        CollectionAssert.AreEqual(new[] { false, true, false, true, false, true }, bank.OwnClass(tensor(new long[] { 1, 2 }), drawn: null).data<bool>().ToArray());
    }

    [TestMethod]
    public void Update_LeavesNoTensors()
    {
        using var bank = new MemoryBank(new long[5], 4);
        LossChecks.LeavesNoTensors(() =>
        {
            using var scope = NewDisposeScope();
            bank.Update(tensor(new long[] { 1, 2 }), rand(2, 4), rand(2, 4));
        });
    }

    private static MemoryBank Bank()
    {
        var bank = new MemoryBank(new long[3], 2, 0.5);
        bank.Student.copy_(tensor(new float[] { 1, 0, 0, 0.3f, 0.2f, 0.1f }, [3, 2]));
        bank.Teacher.copy_(tensor(new float[] { 0, 1, 0.3f, 0, 0.1f, 0.2f }, [3, 2]));
        return bank;
    }
}
