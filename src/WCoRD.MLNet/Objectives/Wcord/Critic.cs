using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// What GCKT makes of scores: a small value where positives score high and negatives low. Which form the paper ran is unknown.
/// </summary>
internal abstract class Critic(string name) : nn.Module(name)
{
    /// <summary>The critic of a form.</summary>
    /// <param name="form">The form.</param>
    /// <param name="temperature">tau, above 0; without meaning for <see cref="CriticForm.Dual"/>.</param>
    public static Critic Create(CriticForm form, double temperature) => form switch
    {
        CriticForm.Nce => new NceCritic(temperature),
        CriticForm.InfoNce => new InfoNceCritic(temperature),
        CriticForm.Dual => new DualCritic(),
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, $"Expected {string.Join(", ", Enum.GetNames<CriticForm>())}."),
    };

    /// <summary>What scores are multiplied by, <c>1 / tau</c>.</summary>
    /// <value>Default 1.</value>
    public virtual double Scale => 1;

    /// <summary>Whether the value is by now a mean over the anchors, so that several ranks may each take some of them.</summary>
    /// <value>Default true.</value>
    public virtual bool IsMean => true;

    /// <summary>Joins both sides.</summary>
    /// <param name="student">The student's anchors against the teacher's memory, multiplied by <see cref="Scale"/>.</param>
    /// <param name="teacher">The teacher's anchors against the student's memory, likewise.</param>
    /// <returns>A scalar.</returns>
    public abstract Tensor Compute(ContrastiveScores student, ContrastiveScores teacher);
}
