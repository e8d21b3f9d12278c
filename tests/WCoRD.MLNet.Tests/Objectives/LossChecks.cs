using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>What the tests of losses share.</summary>
internal static class LossChecks
{
    /// <summary>The files of reference losses that hold a key. A file may hold others, of methods to come.</summary>
    public static IEnumerable<JsonElement> ReferenceLosses(string key)
    {
        JsonElement[] found = [.. ReferenceFolder.Files("losses*.json")
            .Select(file => JsonDocument.Parse(File.ReadAllBytes(file)).RootElement)
            .Where(losses => losses.TryGetProperty(key, out _))];
        if (found.Length == 0)
        {
            string nothing = $"No losses*.json in {ReferenceFolder.Path} holds '{key}'.";
            (ReferenceFolder.IsOwn ? (Action<string>)Assert.Fail : Assert.Inconclusive)(nothing);
        }

        return found;
    }

    public static double[] Numbers(this JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];

    public static long[] Integers(this JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetInt64())];

    public static double[] ToDoubles(this Tensor values) => values.detach().cpu().to_type(ScalarType.Float64).flatten().data<double>().ToArray();

    public static void AreClose(IReadOnlyList<double> expected, IReadOnlyList<double> found, double relative, double absolute)
    {
        Assert.HasCount(expected.Count, found);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.AreEqual(expected[i], found[i], absolute + (relative * Math.Abs(expected[i])), $"element {i}");
        }
    }

    public static void GradientIs(JsonElement expected, Tensor gradient)
    {
        AreClose([expected.GetProperty("norm").GetDouble()], [gradient.norm().ToDouble()], 1e-3, 1e-6);
        AreClose(expected.GetProperty("first8").Numbers(), gradient.ToDoubles()[..8], 1e-3, 1e-6);
    }

    /// <summary>Compares the gradient of a float64 function with central differences.</summary>
    public static void GradientIsDifferenceQuotient(Func<Tensor, Tensor> loss, Tensor at, double step = 1e-5)
    {
        using var scope = NewDisposeScope();
        var x = at.detach().clone().requires_grad_(true);
        loss(x).backward();
        double[] gradient = x.grad!.ToDoubles();
        double[] point = at.ToDoubles();
        Assert.IsGreaterThan(1e-6, gradient.Max(Math.Abs), "the gradient is zero: nothing is checked");
        for (int i = 0; i < point.Length; i++)
        {
            double Shifted(double by)
            {
                double[] moved = [.. point];
                moved[i] += by;
                return loss(tensor(moved, at.shape)).ToDouble();
            }

            double quotient = (Shifted(step) - Shifted(-step)) / (2 * step);
            Assert.AreEqual(quotient, gradient[i], 1e-6 + (1e-5 * Math.Abs(quotient)), $"element {i}");
        }
    }

    public static Tensor Random(string name, params long[] shape) => ReferenceTensors.Uniform(name, -1, 1, shape).to_type(ScalarType.Float64);

    public static Tensor UnitRandom(string name, params long[] shape) => Random(name, shape).UnitRows();

    /// <summary>Runs a step several times and checks that from the second on no tensor is left over.</summary>
    public static void LeavesNoTensors(Action step)
    {
        step();
        step();
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 4; i++)
        {
            step();
            Assert.AreEqual(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount, $"step {i + 3}");
        }
    }
}
