using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Reads what steps measured: on a CPU at once, on a GPU many steps at a time, because a look at one waits for all before it.</summary>
/// <param name="atATime">How many steps are read at a time.</param>
/// <param name="ranks">Those that measured the step, each for its part; null: this process did.</param>
internal sealed class StepReadings(int atATime, RankGroup? ranks = null) : IDisposable
{
    private const int OnGpu = 50;
    private readonly List<(Tensor Numbers, Func<double[], StepResult> Read)> _waiting = [];

    /// <summary>As many at a time as suits where steps compute.</summary>
    public static StepReadings On(Device device, RankGroup? ranks) => new(device.type == DeviceType.CPU ? 1 : OnGpu, ranks);

    /// <summary>Takes what a step measured.</summary>
    /// <param name="number">The step's number in its epoch, counted from 1.</param>
    /// <param name="step">What it computed with.</param>
    /// <param name="value">The objective's value of it.</param>
    /// <param name="metrics">What else was measured.</param>
    public void Add(int number, DistillationStep step, ObjectiveValue value, IReadOnlyList<(string Name, double Value)> metrics)
    {
        using var scope = NewDisposeScope();
        Tensor total = value.Total.detach();
        string[] names = [.. value.Parts.Select(part => part.Name)];
        int examples = (int)step.Labels.shape[0];
        Tensor numbers = stack(
            [
                total,
                step.Student.Logits.argmax(1).eq(step.Labels).sum(total.dtype),
                step.Labels.ne(DistillationStep.NoLabel).sum(total.dtype),
                .. value.Parts.Select(part => part.Value.to_type(total.dtype)),
            ]);
        ranks?.Average([numbers]);
        _waiting.Add((numbers.DetachFromDisposeScope(), read => new StepResult(
            number,
            read[0],
            [.. names.Zip(read.Skip(3), (name, part) => (name, part))],
            examples,
            (long)read[1],
            (long)read[2],
            metrics)));
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
        Tensor numbers = stack(_waiting.Select(item => item.Numbers)).to_type(ScalarType.Float64).cpu();
        StepResult[] results = [.. _waiting.Select((item, i) => item.Read(numbers[i].data<double>().ToArray()))];
        Clear();
        return results;
    }

    public void Dispose() => Clear();

    private void Clear()
    {
        foreach ((Tensor numbers, _) in _waiting)
        {
            numbers.Dispose();
        }

        _waiting.Clear();
    }
}
