using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class SpectralNormalizationTests
{
    [TestMethod]
    [TestCategory("Golden")]
    public void Forward_ReferenceWeight_ReferenceSigmas()
    {
        foreach (var losses in LossChecks.ReferenceLosses("spectral_norm"))
        {
            using var scope = NewDisposeScope();
            string prefix = losses.GetProperty("prefix").GetString()!;
            var reference = losses.GetProperty("spectral_norm");
            long[] shape = reference.GetProperty("shape").Integers();
            var weight = ReferenceTensors.Fill(prefix + "sn.weight", shape);
            using var norm = new SpectralNormalization(shape[0], shape[1]);
            norm.U.copy_(ReferenceTensors.Uniform(prefix + "sn.u", -1, 1, shape[0]).unsqueeze(0).UnitRows().squeeze(0));
            norm.V.copy_(ReferenceTensors.Uniform(prefix + "sn.v", -1, 1, shape[1]).unsqueeze(0).UnitRows().squeeze(0));
            foreach (double sigma in reference.GetProperty("sigma_after_each_forward").Numbers())
            {
                Assert.AreEqual(sigma, Sigma(norm, weight), 1e-4 * sigma);
            }

            for (int i = 0; i < 300; i++)
            {
                Sigma(norm, weight);
            }

            double exact = reference.GetProperty("sigma_exact").GetDouble();
            Assert.AreEqual(exact, Sigma(norm, weight), 1e-4 * exact);
        }
    }

    [TestMethod]
    public void Forward_Evaluation_ChangesNothing()
    {
        using var scope = NewDisposeScope();
        using var norm = new SpectralNormalization(4, 6);
        var weight = ReferenceTensors.Fill("weight", 4, 6);
        Sigma(norm, weight);
        double[] before = norm.U.ToDoubles();
        norm.eval();
        Assert.AreEqual(Sigma(norm, weight), Sigma(norm, weight));
        CollectionAssert.AreEqual(before, norm.U.ToDoubles());
    }

    [TestMethod]
    public void Forward_Gradient_IsDifferenceQuotientThroughSigma()
    {
        using var scope = NewDisposeScope();
        using var norm = new SpectralNormalization(3, 4);
        norm.to(ScalarType.Float64);
        norm.eval();
        var mix = LossChecks.Random("mix", 3, 4);
        LossChecks.GradientIsDifferenceQuotient(w => (norm.forward(w) * mix).sum(), LossChecks.Random("w", 3, 4));
    }

    private static double Sigma(SpectralNormalization norm, Tensor weight) => weight[0, 0].ToDouble() / norm.forward(weight)[0, 0].ToDouble();
}
