using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What <see cref="Precision.Auto"/> means on this machine.</summary>
/// <param name="resumed">What identifies the run that goes on, with its choices; null: the training begins.</param>
/// <param name="say">Receives what is chosen and why.</param>
/// <param name="ranks">The processes that compute alike, as the first one chooses; null: this one alone.</param>
internal sealed class PrecisionChoice(IReadOnlyDictionary<string, string>? resumed, Action<string> say, RankGroup? ranks = null)
{
    /// <summary>The gain below which nobody would want other digits.</summary>
    private const double LeastGain = 1.15;

    private readonly Dictionary<string, string> _made = [];

    /// <summary>Whether the processor computes products of bfloat16. (No .NET interface tells it of other processors than x86.)</summary>
    public static bool IsNative { get; } =
        X86Base.IsSupported
            && X86Base.CpuId(0, 0).Eax >= 7
            && ((X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0
                || (X86Base.CpuId(7, 0).Edx & (1 << 22)) != 0);

    /// <summary>The choices made, which are part of what identifies the run.</summary>
    public IReadOnlyDictionary<string, string> Made => _made;

    /// <summary>Chooses for one network.</summary>
    /// <param name="asked">What the options say.</param>
    /// <param name="of">What is chosen for, in the log and in checkpoints.</param>
    /// <param name="seconds">Measures the time of one batch.</param>
    /// <param name="device">Where it computes. A GPU that has no bfloat16 is slow in it, which the measurement tells.</param>
    public Precision For(Precision asked, string of, Func<Precision, double> seconds, Device device) =>
        For(asked, of, seconds, device.type == DeviceType.CUDA || IsNative);

    internal Precision For(Precision asked, string of, Func<Precision, double> seconds, bool isNative)
    {
        if (asked != Precision.Auto)
        {
            return asked;
        }

        string name = $"precision of the {of}", reason = "";
        Precision chosen = ranks is null
            ? Choose(name, seconds, isNative, out reason)
            : (Precision)ranks.Broadcast(() => [(byte)Choose(name, seconds, isNative, out reason)])[0];
        _made.Add(name, chosen.ToString());
        say($"Precision Auto: the {of} computes in {chosen} ({reason})");
        return chosen;
    }

    private Precision Choose(string name, Func<Precision, double> seconds, bool isNative, out string reason)
    {
        reason = "this processor has no bfloat16";
        if (resumed?.GetValueOrDefault(name) is { } before && Enum.TryParse(before, out Precision kept))
        {
            reason = "as before the stop";
            return kept;
        }

        if (!isNative)
        {
            return Precision.Float32;
        }

        double single = seconds(Precision.Float32), half = seconds(Precision.BFloat16);
        reason = Invariant($"{1000 * half:F1} ms a batch in bfloat16, {1000 * single:F1} in float32");
        return single >= LeastGain * half ? Precision.BFloat16 : Precision.Float32;
    }

    /// <summary>The time of one batch: the shortest of a few, after one that warms up.</summary>
    /// <param name="network">The network, which this disposes.</param>
    /// <param name="input">The shape of the batch.</param>
    /// <param name="type">The type of the numbers it takes.</param>
    /// <param name="device">Where the network is.</param>
    public static double Measure(FeatureNetwork network, long[] input, Precision type, Device device)
    {
        const int Trials = 3;
        using FeatureNetwork owned = network;
        using var scope = NewDisposeScope();
        using IDisposable? frozen = network.training ? null : no_grad();
        Tensor batch = full(input, 0.5f)
            .to(device)
            .ChannelsLast()
            .to(type == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
        double shortest = double.PositiveInfinity;
        for (int trial = 0; trial <= Trials; trial++)
        {
            using var step = NewDisposeScope();
            long start = Stopwatch.GetTimestamp();
            Tensor logits = network.Compute(batch).Logits;
            if (network.training)
            {
                logits.to(ScalarType.Float32).sum().backward();
            }

            // Reading a number waits for a GPU to be done.
            _ = logits[0, 0].to(ScalarType.Float32).ToSingle();

            shortest = trial == 0 ? shortest : Math.Min(shortest, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return shortest;
    }
}
