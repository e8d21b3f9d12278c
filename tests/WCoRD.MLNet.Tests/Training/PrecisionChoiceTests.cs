namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class PrecisionChoiceTests
{
    private readonly List<string> _said = [];

    [TestMethod]
    [DataRow(Precision.Float32)]
    [DataRow(Precision.BFloat16)]
    public void For_AskedForOne_TakesItWithoutMeasuring(Precision asked)
    {
        PrecisionChoice choice = Choice();
        Assert.AreEqual(asked, choice.For(asked, "student", _ => throw new InvalidOperationException(), isNative: false));
        Assert.IsEmpty(_said);
        Assert.IsEmpty(choice.Made);
    }

    [TestMethod]
    [DataRow(0.100, 0.050, Precision.BFloat16)]
    [DataRow(0.100, 0.095, Precision.Float32)]
    [DataRow(0.100, 0.200, Precision.Float32)]
    public void For_Auto_TakesWhatIsClearlyFasterAndSaysWhy(double full, double half, Precision expected)
    {
        PrecisionChoice choice = Choice();
        Assert.AreEqual(expected, choice.For(Precision.Auto, "student", precision => precision == Precision.BFloat16 ? half : full, isNative: true));
        Assert.AreEqual(Invariant($"Precision Auto: the student computes in {expected} ({1000 * half:F1} ms a batch in bfloat16, 100.0 in float32)"), _said.Single());
        Assert.AreEqual(expected.ToString(), choice.Made["precision of the student"]);
    }

    [TestMethod]
    public void For_AutoOnAProcessorWithout_IsFloat32()
    {
        Assert.AreEqual(Precision.Float32, Choice().For(Precision.Auto, "teacher", _ => throw new InvalidOperationException(), isNative: false));
        Assert.AreEqual("Precision Auto: the teacher computes in Float32 (this processor has no bfloat16)", _said.Single());
    }

    [TestMethod]
    public void For_AutoOnResuming_KeepsWhatWasChosen()
    {
        PrecisionChoice choice = Choice(new Dictionary<string, string> { ["precision of the student"] = "BFloat16" });
        Assert.AreEqual(Precision.BFloat16, choice.For(Precision.Auto, "student", _ => throw new InvalidOperationException(), isNative: false));
        Assert.AreEqual("BFloat16", choice.Made["precision of the student"]);
    }

    private PrecisionChoice Choice(Dictionary<string, string>? resumed = null) => new(resumed, _said.Add);
}
