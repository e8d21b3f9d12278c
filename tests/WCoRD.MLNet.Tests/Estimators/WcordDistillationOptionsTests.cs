namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class WcordDistillationOptionsTests
{
    [TestMethod]
    public void Defaults_AreTheDocumentedOnes()
    {
        var options = new WcordDistillationOptions();
        Assert.AreEqual("resnet20", options.Student);
        Assert.AreEqual(Precision.Float32, options.Precision);
        Assert.IsNull(options.TeacherPrecision);
        Assert.AreEqual(0.8, options.GlobalWeight);
        Assert.AreEqual(0.05, options.LocalWeight);
        Assert.AreEqual(0, options.SoftTargetWeight);
        Assert.AreEqual(1, options.CrossEntropyWeight);
        Assert.AreEqual(4, options.SoftTargetTemperature);
        Assert.AreEqual(CriticForm.InfoNce, options.Critic);
        Assert.IsTrue(options.SpectralNormalization);
        Assert.AreEqual(128, options.EmbeddingSize);
        Assert.IsNull(options.Negatives);
        Assert.AreEqual(0.07, options.ContrastiveTemperature);
        Assert.AreEqual(0.5, options.BankMomentum);
        Assert.IsNull(options.QueueLength);
        Assert.AreEqual(Precision.Float32, options.BankPrecision);
        Assert.AreEqual(TransportSolver.Ipot, options.TransportSolver);
        Assert.IsNull(options.TransportRegularization);
        Assert.AreEqual(50, options.TransportIterations);
    }

    [TestMethod]
    public void Validate_QueueThatCannotBe_IsRefused()
    {
        var options = new WcordDistillationOptions { QueueLength = 63, Negatives = 5, BankPrecision = Precision.Auto };
        string message = Assert.ThrowsExactly<ArgumentException>(options.Validate).Message;
        StringAssert.Contains(message, "QueueLength is 63: expected null or at least BatchSize (64)");
        StringAssert.Contains(message, "Negatives is 5: expected null or 0 where QueueLength is given");
        StringAssert.Contains(message, "BankPrecision is Auto: expected Float32 or BFloat16");
    }

    [TestMethod]
    [DataRow(100, null)]
    [DataRow(null, 0)]
    public void Validate_SharedNegativesWhereNothingIsDrawn_IsRefused(int? queueLength, int? negatives)
    {
        var options = new WcordDistillationOptions { SharedNegatives = true, QueueLength = queueLength, Negatives = negatives };
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(options.Validate).Message, "SharedNegatives is True: expected false where QueueLength is given or Negatives is 0");
        new WcordDistillationOptions { SharedNegatives = true }.Validate();
    }

    [TestMethod]
    public void Validate_RegularizationOfTheExactPlan_IsRefused()
    {
        var options = new WcordDistillationOptions { TransportSolver = TransportSolver.Exact, TransportRegularization = 0.1 };
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(options.Validate).Message, "TransportRegularization is 0.1: expected null with TransportSolver Exact, which has none");
        new WcordDistillationOptions { TransportSolver = TransportSolver.Exact }.Validate();
    }

    [TestMethod]
    public void Validate_EveryWeightZero_IsRefused()
    {
        var options = new WcordDistillationOptions { GlobalWeight = 0, LocalWeight = 0, SoftTargetWeight = 0, CrossEntropyWeight = 0 };
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(options.Validate).Message, "at least one objective or weight above 0");
    }
}
