using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>KD, soft targets (Hinton et al., 2015): the "+KD".</summary>
/// <remarks>
/// <c>T^2 / B sum_b KL(softmax(t_b / T) || softmax(s_b / T))</c>, with the teacher's probabilities in logarithms so that none underflows.
/// T^2 keeps the size of the gradient independent of T. Part <c>kd</c>. Source: RepDistiller.
/// </remarks>
/// <param name="temperature">T, above 0.</param>
internal sealed class SoftTargetsObjective(double temperature = 4) : ComparingObjective("kd", Logits)
{
    internal override bool IsReplayable => true;

    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step) =>
        Divergence(student, teacher, temperature);

    /// <summary>The loss of the remarks.</summary>
    /// <param name="student">Logits <c>[batch, classes]</c>, with their graph.</param>
    /// <param name="teacher">Logits <c>[batch, classes]</c>.</param>
    /// <param name="temperature">T.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Divergence(Tensor student, Tensor teacher, double temperature)
    {
        if (!student.shape.SequenceEqual(teacher.shape))
        {
            throw new ArgumentException(
                $"The teacher's logits are [{InvariantText.Join(", ", teacher.shape)}]: "
                    + $"expected the student's [{InvariantText.Join(", ", student.shape)}]. "
                    + "Soft targets need a teacher of the same classes.",
                nameof(teacher));
        }

        var studentLog = nn.functional.log_softmax(student / temperature, 1);
        var teacherLog = nn.functional.log_softmax(teacher / temperature, 1);
        return (teacherLog.exp() * (teacherLog - studentLog)).sum() * (temperature * temperature / student.shape[0]);
    }
}
