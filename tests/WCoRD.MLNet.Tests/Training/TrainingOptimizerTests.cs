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

    [TestMethod]
    [DataRow(OptimizerKind.Sgd)]
    [DataRow(OptimizerKind.AdamW)]
    public void Step_ManyParameters_AreAsEachByItself(OptimizerKind kind)
    {
        using var scope = NewDisposeScope();
        var options = new NetworkTrainingOptions { Optimizer = kind, LearningRate = Rate, Momentum = 0.8, WeightDecay = Decay };
        Parameter[] together = Made(), alone = Made();
        using var optimizer = new TrainingOptimizer(together, options);
        OptimizerHelper single = kind == OptimizerKind.AdamW
            ? optim.AdamW(alone, Rate, weight_decay: Decay)
            : optim.SGD(alone, Rate, 0.8, weight_decay: Decay);
        optimizer.LearningRate = Rate;
        for (int step = 0; step < Steps; step++)
        {
            optimizer.ZeroGradients();
            single.zero_grad();
            Loss(together).backward();
            Loss(alone).backward();
            optimizer.TakeGradients(ranks: null);
            optimizer.Step();
            single.step();
        }

        foreach ((Parameter one, Parameter other) in together.Zip(alone))
        {
            Assert.IsTrue(one.equal(other).all().ToBoolean());
            CollectionAssert.AreEqual(other.stride(), one.stride(), "Where its numbers lie is the parameter's own.");
        }
    }

    [TestMethod]
    [DataRow(OptimizerKind.Sgd)]
    [DataRow(OptimizerKind.AdamW)]
    public void Step_ParameterWithoutGradient_StaysUntilItHasOne(OptimizerKind kind)
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = Made();
        using var optimizer = new TrainingOptimizer(parameters, new NetworkTrainingOptions { Optimizer = kind }) { LearningRate = Rate };
        Tensor before = parameters[1].detach().clone();
        Loss(parameters[0]).backward();
        optimizer.TakeGradients(ranks: null);
        optimizer.Step();
        Assert.IsTrue(parameters[1].equal(before).all().ToBoolean());
        Assert.IsFalse(optimizer.State().Any(item => item.Name.EndsWith(".1", StringComparison.Ordinal)));

        optimizer.ZeroGradients();
        Loss(parameters[0], parameters[1]).backward();
        optimizer.TakeGradients(ranks: null);
        optimizer.Step();
        Assert.IsFalse(parameters[1].equal(before).all().ToBoolean());
        Assert.IsTrue(optimizer.State().Any(item => item.Name.EndsWith(".1", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(OptimizerKind.Sgd)]
    [DataRow(OptimizerKind.AdamW)]
    public void Restore_AfterSomeSteps_GoesOnAsIfNeverStopped(OptimizerKind kind)
    {
        using var scope = NewDisposeScope();
        var options = new NetworkTrainingOptions { Optimizer = kind, Momentum = 0.8, WeightDecay = Decay };
        Parameter[] parameters = Made();
        using var optimizer = new TrainingOptimizer(parameters, options) { LearningRate = Rate };
        Run(parameters, optimizer);
        var kept = optimizer.State().ToDictionary(item => item.Name, item => item.Value.detach().clone());
        Parameter[] resumed = [.. parameters.Select(parameter => new Parameter(parameter.detach().clone()))];
        using var next = new TrainingOptimizer(resumed, options) { LearningRate = Rate };
        next.Restore(new Checkpoint("checkpoint", new TrainingPosition(1, 1, 0, [], null, new Dictionary<string, string>()), kept));
        CollectionAssert.AreEquivalent(kept.Keys, next.State().Select(item => item.Name).ToArray());
        Run(parameters, optimizer);
        Run(resumed, next);
        foreach ((Parameter one, Parameter other) in parameters.Zip(resumed))
        {
            Assert.IsTrue(one.equal(other).all().ToBoolean());
        }

        static void Run(Parameter[] parameters, TrainingOptimizer optimizer)
        {
            for (int step = 0; step < Steps; step++)
            {
                optimizer.ZeroGradients();
                Loss(parameters).backward();
                optimizer.TakeGradients(ranks: null);
                optimizer.Step();
            }
        }
    }

    // One whose dimensions lie in another order in memory, as a convolution's may.
    private static Parameter[] Made() =>
    [
        new(arange(24, ScalarType.Float32).view(2, 3, 2, 2).div(10).ChannelsLast().clone()),
        new(tensor([0.5f, -1.5f, 2])),
        new(tensor(3f)),
    ];

    private static Tensor Loss(params Parameter[] parameters) => parameters
        .Select((parameter, i) => ((parameter - i).square() * (i + 1)).sum() + parameter.sin().sum())
        .Aggregate((sum, next) => sum + next);

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
            optimizer.TakeGradients(ranks: null);
            optimizer.Step();
            step(expected, gradients, rate, number);
            for (int i = 0; i < 2; i++)
            {
                Assert.AreEqual(expected[i], parameter[i].ToDouble(), 1e-12, $"step {number}");
            }
        }
    }
}
