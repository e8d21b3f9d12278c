using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>Each optimiser against its equations, written by hand in double.</summary>
[TestClass]
public sealed class TrainingOptimizerTests
{
    private const int Steps = 6;
    private const double Rate = 0.03;
    private const double Decay = 0.02;

    [TestMethod]
    public void Step_AdamW_FollowsItsEquations()
    {
        double[] mean = [0, 0], square = [0, 0];
        AssertFollows(new NetworkTrainingOptions { Optimizer = OptimizerKind.AdamW, WeightDecay = Decay }, (weights, gradients, rate, step) =>
        {
            for (int i = 0; i < 2; i++)
            {
                mean[i] = (0.9 * mean[i]) + (0.1 * gradients[i]);
                square[i] = (0.999 * square[i]) + (0.001 * gradients[i] * gradients[i]);
                double corrected = mean[i] / (1 - Math.Pow(0.9, step)), size = Math.Sqrt(square[i] / (1 - Math.Pow(0.999, step)));
                weights[i] = (weights[i] * (1 - (rate * Decay))) - (rate * corrected / (size + 1e-8));
            }
        });
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Step_Sgd_FollowsItsEquations(bool nesterov)
    {
        double[]? buffer = null;
        AssertFollows(new NetworkTrainingOptions { Momentum = 0.8, Nesterov = nesterov, WeightDecay = Decay }, (weights, gradients, rate, _) =>
        {
            double[] decayed = [.. gradients.Zip(weights, (gradient, weight) => gradient + (Decay * weight))];
            buffer = buffer is null ? decayed : [.. buffer.Zip(decayed, (old, gradient) => (0.8 * old) + gradient)];
            for (int i = 0; i < 2; i++)
            {
                weights[i] -= rate * (nesterov ? decayed[i] + (0.8 * buffer[i]) : buffer[i]);
            }
        });
    }

    private static void AssertFollows(NetworkTrainingOptions options, Action<double[], double[], double, int> step)
    {
        using var scope = NewDisposeScope();
        double[] expected = [1.5, -0.7];
        var parameter = new Parameter(tensor(expected, ScalarType.Float64));
        using var optimizer = new TrainingOptimizer([parameter], options);
        for (int number = 1; number <= Steps; number++)
        {
            // Of sizes that differ by far, with a change of sign.
            double[] gradients = [Math.Cos(number), 1e-3 * number];
            double rate = Rate / number;
            optimizer.ZeroGradients();
            parameter.grad = tensor(gradients, ScalarType.Float64);
            optimizer.LearningRate = rate;
            optimizer.Step();
            step(expected, gradients, rate, number);
            for (int i = 0; i < 2; i++)
            {
                Assert.AreEqual(expected[i], parameter[i].ToDouble(), 1e-12, $"step {number}");
            }
        }
    }
}
