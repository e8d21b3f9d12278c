using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Reads what steps measured: on a CPU at once, on a GPU many steps at a time, because a look at one waits for all before it.</summary>
/// <param name="atATime">How many steps are read at a time.</param>
/// <param name="ranks">Those that measured the step, each for its part; null: this process did.</param>
internal sealed class StepReadings(int atATime, RankGroup? ranks = null) : IDisposable
{
    private const int OnGpu = 50;
    private readonly List<(int Number, StepNumbers Numbers, IReadOnlyList<(string Name, double Value)> Metrics)> _waiting = [];

    /// <summary>As many at a time as suits where steps compute.</summary>
    public static StepReadings On(Device device, RankGroup? ranks) => new(device.type == DeviceType.CPU ? 1 : OnGpu, ranks);

    /// <summary>Takes what a step measured.</summary>
    /// <param name="number">The step's number in its epoch, counted from 1.</param>
    /// <param name="numbers">Its numbers, which stay the caller's.</param>
    /// <param name="metrics">What else was measured.</param>
    public void Add(int number, StepNumbers numbers, IReadOnlyList<(string Name, double Value)> metrics)
    {
        StepNumbers kept = numbers.Copy();
        ranks?.Average([kept.Values]);
        _waiting.Add((number, kept, metrics));
    }

    /// <summary>What can be told of steps by now, each once and in order.</summary>
    /// <param name="all">Whether to wait for all of them.</param>
    public IReadOnlyList<StepResult> Take(bool all)
    {
        if (_waiting.Count == 0 || (!all && _waiting.Count < atATime))
        {
            return [];
        }

        using var scope = NewDisposeScope();
        Tensor numbers = stack(_waiting.Select(item => item.Numbers.Values)).to_type(ScalarType.Float64).cpu();
        StepResult[] results = [.. _waiting.Select((item, i) => item.Numbers.Read(item.Number, numbers[i].data<double>().ToArray(), item.Metrics))];
        Clear();
        return results;
    }

    public void Dispose() => Clear();

    private void Clear()
    {
        foreach ((_, StepNumbers numbers, _) in _waiting)
        {
            numbers.Values.Dispose();
        }

        _waiting.Clear();
    }
}
