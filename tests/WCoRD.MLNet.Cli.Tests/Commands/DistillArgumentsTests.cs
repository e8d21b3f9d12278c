using WCoRD.MLNet.Cli.Commands;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Studies;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class DistillArgumentsTests
{
    [TestMethod]
    public void Method_WithSoftTargets_IsTheMethodWithWeightOne()
    {
        foreach (string name in (string[])[Method.Wcord, Method.Crd, .. Method.Others])
        {
            StudentTrainingOptions plain = Make(name), more = Make(name + "+kd"), compared = (StudentTrainingOptions)new Study { Data = DataSource.Open("", null) }.CreateOptions(Method.Parse(name + "+kd"), plain.Student);
            Assert.AreEqual(0, plain.SoftTargetWeight, name);
            Assert.AreEqual(1, more.SoftTargetWeight, name);
            more.SoftTargetWeight = 0;
            Assert.AreEqual(TextOf(plain), TextOf(more), name);
            Assert.AreEqual(1, compared.SoftTargetWeight, name);
            compared.SoftTargetWeight = 0;
            Assert.AreEqual(TextOf(plain), TextOf(compared), name);
        }
    }

    [TestMethod]
    [DataRow("wcord+kd", "0.5", 0.5)]
    [DataRow("at+kd", "0", 0.0)]
    [DataRow("kd", "2", 2.0)]
    [DataRow("wcord", "3", 3.0)]
    public void Method_WithAWeightOfSoftTargets_TheWeightWins(string method, string weight, double expected) =>
        Assert.AreEqual(expected, Make(method, "--soft-target-weight", weight).SoftTargetWeight);

    [TestMethod]
    public void Method_OfContrast_HasItsWeights()
    {
        var crd = (WcordDistillationOptions)Make("crd+kd", "--local-weight", "0.5");
        Assert.AreEqual((0.8, 0.5, CriticForm.Nce, false), (crd.GlobalWeight, crd.LocalWeight, crd.Critic, crd.SpectralNormalization));
        var kd = (WcordDistillationOptions)Make("kd");
        Assert.AreEqual((0.0, 0.0, 1.0), (kd.GlobalWeight, kd.LocalWeight, kd.SoftTargetWeight));
    }

    private static StudentTrainingOptions Make(string method, params string[] more) => DistillArguments.MakeOptions(CommandLine.Parse(["distill", "--method", method, .. more]));

    private static string TextOf(StudentTrainingOptions options) => string.Join('\n', RunIdentity.Of(options, 1, DataHash.Of([], []), null).Select(item => $"{item.Key}: {item.Value}"));
}
