using System.Diagnostics;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Wasserstein contrastive representation distillation: GCKT and LCKT of the same embeddings.</summary>
/// <remarks>
/// <c>L = lambda1 L_GCKT + lambda2 L_LCKT</c> of <c>u = g1(h^T)</c>, <c>v = g2(h^S)</c>, heads on the penultimate features; parts
/// <c>gckt</c>, <c>lckt</c>.
/// In training mode <see cref="Compute"/> advances spectral normalisation and draws negatives; in evaluation mode the state stays as it is.
/// The structure is the paper's as recalled.
/// </remarks>
internal sealed class WcordObjective : Objective
{
    [ComponentName(Name = "embed_s")]
    private readonly ProjectionHead _studentHead;

    [ComponentName(Name = "embed_t")]
    private readonly ProjectionHead _teacherHead;

    [ComponentName(Name = "contrast")]
    private readonly GlobalContrastiveLoss? _global;

    private readonly LocalContrastiveLoss? _local;
    private readonly double _globalWeight;
    private readonly double _localWeight;

    /// <param name="heads">The heads g2 of the student and g1 of the teacher, which this owns.</param>
    /// <param name="global">lambda1 and GCKT, which this owns; null: none.</param>
    /// <param name="local">lambda2 and LCKT; null: none. One of both is given.</param>
    /// <param name="seedsBank">Whether the bank is filled by a pass over the rows before the first step.</param>
    public WcordObjective(
        (ProjectionHead Student, ProjectionHead Teacher) heads,
        (double Weight, GlobalContrastiveLoss Loss)? global,
        (double Weight, LocalContrastiveLoss Loss)? local,
        bool seedsBank = false)
        : base("wcord")
    {
        (_studentHead, _teacherHead) = heads;
        (_globalWeight, _global) = (global?.Weight ?? 0, global?.Loss);
        (_localWeight, _local) = (local?.Weight ?? 0, local?.Loss);
        RegisterComponents();
        if (seedsBank && _global?.Memory is MemoryBank bank)
        {
            Preparation = new Preparation(new BankSeeding(step => Still(step, (teacher, student) =>
            {
                bank.Fill(step.Indices, student, teacher);
                return true;
            })))
            { Epochs = 1, LearningRate = 0 };
        }
    }

    public override Preparation? Preparation { get; }

    public override bool ReadsMaps => false;

    /// <inheritdoc/>
    /// <value>Whether there is no memory, whose rows are of whole examples.</value>
    public override bool SupportsMixUp => _global is null;

    internal override bool IsReplayable => _local?.IsReplayable != false;

    internal override void BeforeStep(long[] rows)
    {
        using Activity? part = Tracing.Start("draw");
        _global?.BeforeStep(rows);
    }

    public override ObjectiveValue Compute(DistillationStep step)
    {
        using var scope = NewDisposeScope();
        (Tensor student, Tensor teacher) = Tracing.Run("heads", () =>
            (_studentHead.forward(step.Student.Features), _teacherHead.forward(step.TeacherFor("wcord").Features.detach())));

        var parts = new List<(string Name, double Weight, Tensor Value)>();
        if (_global is not null)
        {
            parts.Add(("gckt", _globalWeight, Tracing.Run("gckt", () => _global.Compute(teacher, student, step.Indices, step.Own))));
        }

        if (_local is not null)
        {
            parts.Add(("lckt", _localWeight, Tracing.Run("lckt", () => _local.Compute(teacher, student))));
        }

        Tensor total = parts.Select(part => part.Value * part.Weight).Aggregate((sum, part) => sum + part);
        return new ObjectiveValue(
            total.MoveToOuterDisposeScope(),
            [.. parts.Select(part => (part.Name, part.Value.detach().MoveToOuterDisposeScope()))]);
    }

    /// <summary>Updates the memory with the step's embeddings.</summary>
    public override void AfterStep() => _global?.AfterStep();

    internal override TransportPlan? TransportOf(Func<DistillationStep> step)
    {
        using var scope = NewDisposeScope();
        return _local is null ? null : Still(step(), _local.Plan);
    }

    internal override IReadOnlyList<(string Name, double Value)> Measure(DistillationStep step)
    {
        if (_local is null)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        (double error, double excess) = Still(step, _local.Measure);
        return [("lckt_error", error), ("lckt_excess", excess)];
    }

    /// <summary>Looks at the teacher's and the student's embeddings, and leaves spectral normalisation and graphs alone.</summary>
    private T Still<T>(DistillationStep step, Func<Tensor, Tensor, T> look)
    {
        bool wasTraining = training;
        eval();
        try
        {
            using var noGradient = no_grad();
            return look(_teacherHead.forward(step.TeacherFor("wcord").Features), _studentHead.forward(step.Student.Features));
        }
        finally
        {
            train(wasTraining);
        }
    }
}
