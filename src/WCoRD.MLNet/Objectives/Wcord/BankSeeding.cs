using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// One pass over the rows in which nothing is learned: banks then hold every row's embeddings from the first step on, rather than random
/// rows until its first visit.
/// </summary>
/// <remarks>Its value is 0. The heads and banks are the objective's, not its own.</remarks>
internal sealed class BankSeeding(Action<DistillationStep> fill) : Objective("seeding")
{
    public override bool ReadsMaps => false;

    public override ObjectiveValue Compute(DistillationStep step)
    {
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            fill(step);
        }

        return new ObjectiveValue((step.Student.Features.sum() * 0).MoveToOuterDisposeScope(), []);
    }
}
