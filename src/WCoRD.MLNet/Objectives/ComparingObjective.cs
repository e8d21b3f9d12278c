using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// An objective that compares what the student gives with what the teacher gives, one or more pairs of tensors, and adds up.
/// </summary>
/// <remarks>
/// A new distiller is one small class: say what is compared, and how. Trainable parts are modules registered in the constructor.
/// </remarks>
public abstract class ComparingObjective : Objective
{
    private readonly string _part;
    private readonly Func<NetworkOutput, IReadOnlyList<Tensor>> _compared;

    /// <summary>Creates an objective.</summary>
    /// <param name="part">The name of its part in logs and history.</param>
    /// <param name="compared">What is compared: <see cref="Stages"/>, <see cref="LastStage"/>, <see cref="Features"/> or
    /// <see cref="Logits"/>. Where one network has more, the others are left over.</param>
    protected ComparingObjective(string part, Func<NetworkOutput, IReadOnlyList<Tensor>> compared)
        : base(part)
    {
        ArgumentNullException.ThrowIfNull(compared);
        _part = part;
        _compared = compared;
    }

    /// <inheritdoc/>
    public sealed override bool ComparesScores => _compared.Equals((Func<NetworkOutput, IReadOnlyList<Tensor>>)Logits);

    /// <inheritdoc/>
    /// <value>False where features or logits are compared.</value>
    public sealed override bool ReadsMaps => !ComparesScores && !_compared.Equals((Func<NetworkOutput, IReadOnlyList<Tensor>>)Features);

    /// <inheritdoc/>
    /// <value>Default true: both networks see the same blends. False where <see cref="Compare"/> reads rows or classes of the
    /// step.</value>
    public override bool SupportsMixUp => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The step has no teacher, or the teacher does not give what is compared.</exception>
    public override ObjectiveValue Compute(DistillationStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        using var scope = NewDisposeScope();
        (Tensor Student, Tensor Teacher)[] pairs = [.. _compared(step.Student).Zip(_compared(step.TeacherFor(_part)))];
        if (pairs.Length == 0)
        {
            throw new ArgumentException(
                $"'{_part}' compares what one of the networks does not give, as a teacher of ONNX or made of columns gives no stage maps: "
                    + "choose another objective or teacher.",
                nameof(step));
        }

        Tensor value = pairs
            .Select((pair, i) => Compare(pair.Student.AtLeastSingle(), pair.Teacher.detach().AtLeastSingle(), i, step))
            .Aggregate((sum, next) => sum + next);
        return new ObjectiveValue(value.MoveToOuterDisposeScope(), [(_part, value.detach().MoveToOuterDisposeScope())]);
    }

    /// <summary>Compares one pair.</summary>
    /// <param name="student">The student's, with its graph; float32.</param>
    /// <param name="teacher">The teacher's, without gradient; float32.</param>
    /// <param name="pair">The pair's number, counted from 0.</param>
    /// <param name="step">The examples.</param>
    /// <returns>A scalar.</returns>
    protected internal abstract Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step);

    /// <summary>The maps after each stage, without the stem's.</summary>
    protected static IReadOnlyList<Tensor> Stages(NetworkOutput output) => [.. output.StageMaps.Skip(1)];

    /// <summary>The map after the last stage.</summary>
    protected static IReadOnlyList<Tensor> LastStage(NetworkOutput output) => [.. output.StageMaps.TakeLast(1)];

    /// <summary>The penultimate features.</summary>
    protected static IReadOnlyList<Tensor> Features(NetworkOutput output) => [output.Features];

    /// <summary>The logits; none where there are no classes.</summary>
    protected static IReadOnlyList<Tensor> Logits(NetworkOutput output) => output.Logits.shape[1] == 0 ? [] : [output.Logits];

    /// <summary>Brings two maps to one size: the larger is average-pooled.</summary>
    /// <param name="first"><c>[batch, channels, height, width]</c>.</param>
    /// <param name="second"><c>[batch, channels, height, width]</c>.</param>
    protected static (Tensor First, Tensor Second) SameSize(Tensor first, Tensor second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        long[] size = [Math.Min(first.shape[2], second.shape[2]), Math.Min(first.shape[3], second.shape[3])];
        return (Pooled(first), Pooled(second));

        Tensor Pooled(Tensor map) => map.shape.AsSpan(2).SequenceEqual(size) ? map : nn.functional.adaptive_avg_pool2d(map, size);
    }
}
