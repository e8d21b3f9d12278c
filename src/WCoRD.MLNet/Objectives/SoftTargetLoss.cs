using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Hinton's soft targets, the "+KD".</summary>
/// <remarks>
/// <c>T^2 / B sum_b KL(softmax(t_b / T) || softmax(s_b / T))</c>, with the teacher's probabilities in logarithms so that none underflows.
/// T^2 keeps the size of the gradient independent of T. Source: RepDistiller.
/// </remarks>
internal sealed class SoftTargetLoss
{
    private readonly double _temperature;

    /// <param name="temperature">T, above 0.</param>
    public SoftTargetLoss(double temperature = 4)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        _temperature = temperature;
    }

    /// <param name="student">Logits <c>[batch, classes]</c>, with their graph.</param>
    /// <param name="teacher">Logits <c>[batch, classes]</c>.</param>
    /// <returns>A scalar.</returns>
    public Tensor Compute(Tensor student, Tensor teacher)
    {
        if (!student.shape.SequenceEqual(teacher.shape))
        {
            throw new ArgumentException(
                $"The teacher's logits are [{InvariantText.Join(", ", teacher.shape)}]: expected the student's [{InvariantText.Join(", ", student.shape)}]. Soft targets need a teacher of the same classes.",
                nameof(teacher));
        }

        using var scope = NewDisposeScope();
        var studentLog = nn.functional.log_softmax(student.AtLeastSingle() / _temperature, 1);
        var teacherLog = nn.functional.log_softmax(teacher.detach().AtLeastSingle() / _temperature, 1);
        var divergence = (teacherLog.exp() * (teacherLog - studentLog)).sum();
        return (divergence * (_temperature * _temperature / student.shape[0])).MoveToOuterDisposeScope();
    }
}
