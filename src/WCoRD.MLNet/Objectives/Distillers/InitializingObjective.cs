using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A comparison that only prepares the student: the initial stage minimises it, the main training does not.</summary>
public abstract class InitializingObjective : ComparingObjective
{
    private readonly InitialStage _stage;

    /// <summary>Creates an objective.</summary>
    /// <param name="part">The name of its part in logs and history.</param>
    /// <param name="context">How many epochs the initial stage has.</param>
    /// <param name="compared">What is compared, as in <see cref="ComparingObjective"/>.</param>
    protected InitializingObjective(string part, ObjectiveContext context, Func<NetworkOutput, IReadOnlyList<Tensor>> compared)
        : base(part, compared)
    {
        ArgumentNullException.ThrowIfNull(context);
        _stage = new InitialStage(context.InitialEpochs);
    }

    /// <inheritdoc/>
    public override InitialStage? InitialStage => _stage;

    /// <inheritdoc/>
    public override ObjectiveValue ComputeInitial(DistillationStep step) => base.Compute(step);

    /// <summary>0: the main training goes on without this comparison.</summary>
    /// <param name="step">The examples and what teacher and student make of them.</param>
    public override ObjectiveValue Compute(DistillationStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return new ObjectiveValue(zeros([]), []);
    }

    /// <inheritdoc/>
    public override void EndInitialStage()
    {
        foreach (Tensor parameter in parameters())
        {
            parameter.requires_grad = false;
        }
    }
}
