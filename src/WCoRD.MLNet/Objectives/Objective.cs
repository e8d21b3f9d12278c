using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What a training minimises. Its parameters are trained beside the student; its parameters and buffers are its state.</summary>
public abstract class Objective : nn.Module
{
    /// <summary>Creates an objective.</summary>
    /// <param name="name">Its name in logs and history.</param>
    protected Objective(string name)
        : base(name)
    {
    }

    /// <summary>The least number of examples that a step must have: 2 where examples are compared with each other.</summary>
    /// <value>Default 1.</value>
    public virtual int MinimumBatchSize => 1;

    /// <summary>Whether it compares scores class by class, so that the teacher must know the student's classes.</summary>
    /// <value>Default false.</value>
    public virtual bool ComparesScores => false;

    /// <summary>
    /// Whether it reads the teacher's maps, which are not stored: with <see cref="StudentTrainingOptions.StoredViews"/> the teacher then
    /// teaches live all the same. False where it reads features and scores alone.
    /// </summary>
    /// <value>Default true.</value>
    public virtual bool ReadsMaps => true;

    /// <summary>
    /// Whether it is right for examples that are blends of two: it then needs neither their rows, nor their classes but by
    /// <see cref="DistillationStep.OwnShare"/>. If not, MixUp is refused.
    /// </summary>
    /// <value>Default false.</value>
    public virtual bool SupportsMixUp => false;

    /// <summary>What is trained before, in a phase of its own. What that trains beside the student is frozen after it.</summary>
    /// <value>Default null: nothing.</value>
    public virtual Preparation? Preparation => null;

    /// <summary>Computes the value for one step.</summary>
    /// <param name="step">The examples and what teacher and student make of them.</param>
    /// <returns>Tensors that the caller owns.</returns>
    public abstract ObjectiveValue Compute(DistillationStep step);

    /// <summary>Called once the optimiser has stepped, without gradient: memory banks are updated here.</summary>
    public virtual void AfterStep()
    {
    }

    /// <summary>
    /// Whether a GPU may record a step, and launch it again for other examples: <see cref="Compute"/> and <see cref="AfterStep"/> then do
    /// the same to every batch, read nothing back, take nothing from the CPU's memory, draw nothing, and read no weights but their own.
    /// </summary>
    internal virtual bool IsReplayable => false;

    /// <summary>Draws on the CPU what the next <see cref="Compute"/> needs; without this call, that draws it itself.</summary>
    /// <param name="rows">The examples' row numbers in the training set.</param>
    internal virtual void BeforeStep(long[] rows)
    {
    }

    /// <summary>The transport plan of some examples, for people to look at; the state stays as it is.</summary>
    /// <param name="step">Gives the examples, and is called only where there is a plan.</param>
    /// <returns>Null: nothing is transported here.</returns>
    internal virtual TransportPlan? TransportOf(Func<DistillationStep> step) => null;

    /// <summary>
    /// What is worth knowing of a step beside its loss, and costs time: asked for once in an epoch; the state stays as it is.
    /// </summary>
    /// <param name="step">The examples and what teacher and student make of them.</param>
    /// <returns>Names and values; none by default.</returns>
    internal virtual IReadOnlyList<(string Name, double Value)> Measure(DistillationStep step) => [];
}
