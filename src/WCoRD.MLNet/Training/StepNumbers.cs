using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What is told of a step, not read yet: a look waits for a GPU.</summary>
/// <param name="Values">The loss, the examples scored right and those with a label, then the loss's parts; on the device.</param>
/// <param name="Parts">The names of the parts.</param>
/// <param name="Examples">The number of examples.</param>
internal sealed record StepNumbers(Tensor Values, IReadOnlyList<string> Parts, int Examples)
{
    private const int BeforeParts = 3;

    /// <summary>The numbers of a step; the tensor is the caller's.</summary>
    public static StepNumbers Of(DistillationStep step, ObjectiveValue value)
    {
        using var scope = NewDisposeScope();
        Tensor total = value.Total.detach();
        Tensor values = stack(
            [
                total,
                step.Student.Logits.argmax(1).eq(step.Labels).sum(total.dtype),
                step.Labels.ne(DistillationStep.NoLabel).sum(total.dtype),
                .. value.Parts.Select(part => part.Value.to_type(total.dtype)),
            ]);
        return new StepNumbers(
            values.MoveToOuterDisposeScope(), [.. value.Parts.Select(part => part.Name)], (int)step.Labels.shape[0]);
    }

    /// <summary>The same numbers in a tensor that is no dispose scope's.</summary>
    public StepNumbers Copy() => this with { Values = Values.clone().DetachFromDisposeScope() };

    /// <summary>What they tell, once they are read.</summary>
    /// <param name="number">The step's number in its epoch, counted from 1.</param>
    /// <param name="read"><see cref="Values"/>.</param>
    /// <param name="metrics">What else was measured.</param>
    public StepResult Read(int number, double[] read, IReadOnlyList<(string Name, double Value)> metrics) => new(
        number,
        read[0],
        [.. Parts.Zip(read.Skip(BeforeParts), (name, part) => (name, part))],
        Examples,
        (long)read[1],
        (long)read[2],
        metrics);
}
