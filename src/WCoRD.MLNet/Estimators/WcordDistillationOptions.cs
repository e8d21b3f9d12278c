using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Options of <c>WcordDistillationEstimator</c>.</summary>
/// <remarks>
/// The objective is <c>L = CrossEntropyWeight * L_CE + GlobalWeight * L_GCKT + LocalWeight * L_LCKT + SoftTargetWeight * T^2 * KL</c>.
/// The paper's own lambda1, lambda2, critic form, solver, epsilon and iteration count are unknown: the defaults of these are ours.
/// </remarks>
public sealed class WcordDistillationOptions : StudentTrainingOptions
{
    /// <summary>
    /// The weight lambda1 of global contrastive knowledge transfer, at least 0; 0 leaves it out. The critics' values differ much in size
    /// (<c>Nce</c> begins near 23, <c>InfoNce</c> near 19, <c>Dual</c> lies within 2),
    /// but none was better with another weight where it was measured.
    /// </summary>
    /// <value>Default 0.8, CRD's weight, for each critic: ours, because the paper's value is unknown.</value>
    public double GlobalWeight { get; set; } = 0.8;

    /// <summary>The weight lambda2 of local contrastive knowledge transfer, at least 0; 0 leaves it out.</summary>
    /// <value>Default 0.05: ours, because the paper's value is unknown.</value>
    public double LocalWeight { get; set; } = 0.05;

    /// <summary>The form of GCKT's critic.</summary>
    /// <value>Default <see cref="CriticForm.InfoNce"/>: ours, by measurement (docs/decisions/critic.md), because the paper's form is
    /// unknown.</value>
    public CriticForm Critic { get; set; } = CriticForm.InfoNce;

    /// <summary>
    /// Whether the heads' weights are divided by their largest singular value, which makes their linear maps, but not the division by the
    /// length after them, 1-Lipschitz. Off, with <see cref="LocalWeight"/> 0, the objective is CRD's.
    /// </summary>
    /// <value>Default true: the paper's as recalled, not confirmed.</value>
    public bool SpectralNormalization { get; set; } = true;

    /// <summary>The number of embedding dimensions, at least 1.</summary>
    /// <value>Default 128.</value>
    public int EmbeddingSize { get; set; } = 128;

    /// <summary>
    /// The number of negatives for each example, drawn from rows of other classes; null: 16,384, or all rows of other classes where there
    /// are fewer; 0: all rows of other classes.
    /// </summary>
    /// <value>Default null.</value>
    public int? Negatives { get; set; }

    /// <summary>
    /// Whether the examples of a step share one draw of negatives, in which each passes over the rows of its own class: the bank's rows
    /// are gathered once for all of them. Otherwise each example draws its own.
    /// </summary>
    /// <value>Default false, as in CRD.</value>
    public bool SharedNegatives { get; set; }

    /// <summary>The temperature tau of the contrastive scores, above 0.</summary>
    /// <value>Default 0.07.</value>
    public double ContrastiveTemperature { get; set; } = 0.07;

    /// <summary>The share of the old row kept when the memory bank is updated, in [0, 1).</summary>
    /// <value>Default 0.5.</value>
    public double BankMomentum { get; set; } = 0.5;

    /// <summary>
    /// Whether one pass over the rows, before the first epoch, fills the memory banks with every row's embeddings. Otherwise a row is
    /// random until its first visit, as in CRD.
    /// The pass costs an epoch's time and learns nothing.
    /// </summary>
    /// <value>Default false.</value>
    public bool SeedBank { get; set; }

    /// <summary>
    /// The number of embeddings in a queue of the last examples, which takes the place of memory banks where a row for each training row
    /// does not fit (MoCo's way; He et al., 2020); at least
    /// <see cref="TrainingOptions.BatchSize"/>. All of other classes are negatives. Null: banks, as in CRD.
    /// </summary>
    /// <value>Default null.</value>
    public int? QueueLength { get; set; }

    /// <summary>
    /// What banks and queue are kept in: <see cref="Precision.BFloat16"/> halves their memory and rounds scores to eight bits. A bank takes
    /// rows x <see cref="EmbeddingSize"/> x 4 or 2 bytes, and there are two.
    /// </summary>
    /// <value>Default <see cref="Precision.Float32"/>.</value>
    public Precision BankPrecision { get; set; } = Precision.Float32;

    /// <summary>How LCKT's transport plan is found.</summary>
    /// <value>Default <see cref="TransportSolver.Ipot"/>: ours, because the paper's solver is unknown.</value>
    public TransportSolver TransportSolver { get; set; } = TransportSolver.Ipot;

    /// <summary>
    /// Sinkhorn's entropic regularisation epsilon as a share of the batch's mean cost, or Ipot's proximal weight beta, a cost, above 0;
    /// null: 0.05 for Sinkhorn, 0.5 for Ipot. Null for Exact, which has none.
    /// </summary>
    /// <value>Default null: ours, because the paper's value is unknown.</value>
    public double? TransportRegularization { get; set; }

    /// <summary>The number of iterations of the transport solver, at least 1. Without meaning for Exact.</summary>
    /// <value>Default 50: ours, because the paper's value is unknown.</value>
    public int TransportIterations { get; set; } = 50;

    private protected override IEnumerable<WeightedObjective> OwnTerms =>
        GlobalWeight + LocalWeight > 0 ? [new("wcord", 1, CreateObjective)] : [];

    /// <summary>
    /// CRD, contrastive representation distillation (Tian et al., 2020), which WCoRD generalises: these options with its critic, its weight
    /// 0.8, no local transfer and no spectral normalisation.
    /// </summary>
    /// <remarks>With <see cref="StudentTrainingOptions.SoftTargetWeight"/> 1 it is CRD+KD.</remarks>
    public static WcordDistillationOptions Crd() =>
        new() { GlobalWeight = 0.8, LocalWeight = 0, Critic = CriticForm.Nce, SpectralNormalization = false };

    /// <summary>Makes GCKT and LCKT on shared heads. What has weight 0 is not built.</summary>
    /// <exception cref="ArgumentException">There are too few rows of other classes for <see cref="Negatives"/>.</exception>
    internal WcordObjective CreateObjective(ObjectiveContext context)
    {
        using var generator = new Generator(unchecked((ulong)context.Seed));
        var student = new ProjectionHead(context.Student.Features, EmbeddingSize, SpectralNormalization, generator);
        var teacher = new ProjectionHead(context.Teacher.Features, EmbeddingSize, SpectralNormalization, generator);
        return new WcordObjective(
            (student, teacher),
            GlobalWeight > 0 ? (GlobalWeight, CreateGlobal(context, generator)) : null,
            LocalWeight > 0 ? (LocalWeight, new LocalContrastiveLoss(TransportSolver, TransportRegularization, TransportIterations)) : null,
            SeedBank);
    }

    private GlobalContrastiveLoss CreateGlobal(ObjectiveContext context, Generator generator)
    {
        long[] classes = ContrastClasses.Of(context.Labels);
        var sampler = new NegativeSampler(classes, QueueLength is null ? Negatives : 0, context.Seed);
        ScalarType type = BankPrecision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        ContrastMemory memory = QueueLength is { } length
            ? new EmbeddingQueue(classes, length, EmbeddingSize, generator, type)
            : new MemoryBank(classes, EmbeddingSize, BankMomentum, generator, type);
        return new GlobalContrastiveLoss(
            memory, MLNet.Critic.Create(Critic, ContrastiveTemperature), sampler.Count > 0 ? sampler : null, SharedNegatives);
    }

    private protected override void AddFaults(OptionFaults faults)
    {
        base.AddFaults(faults);
        faults.Check(IsWeight(GlobalWeight), nameof(GlobalWeight), GlobalWeight, "at least 0");
        faults.Check(IsWeight(LocalWeight), nameof(LocalWeight), LocalWeight, "at least 0");
        faults.Check(
            MixUp == 0 || GlobalWeight == 0,
            nameof(MixUp),
            MixUp,
            "0 where GlobalWeight is above 0: a mixture of two examples has no row of its own in the memory");
        faults.Check(Enum.IsDefined(Critic), nameof(Critic), Critic, string.Join(", ", Enum.GetNames<CriticForm>()));
        faults.Check(EmbeddingSize >= 1, nameof(EmbeddingSize), EmbeddingSize, "at least 1");
        faults.Check(Negatives is null or >= 0, nameof(Negatives), Negatives, "null or at least 0");
        faults.Check(IsPositive(ContrastiveTemperature), nameof(ContrastiveTemperature), ContrastiveTemperature, "above 0");
        faults.Check(BankMomentum is >= 0 and < 1, nameof(BankMomentum), BankMomentum, "in [0, 1)");
        faults.Check(
            QueueLength is not { } length || length >= BatchSize,
            nameof(QueueLength),
            QueueLength,
            Invariant($"null or at least BatchSize ({BatchSize})"));
        faults.Check(
            QueueLength is null || Negatives is null or 0,
            nameof(Negatives),
            Negatives,
            "null or 0 where QueueLength is given: all rows of the queue that are of other classes are taken");
        faults.Check(
            !SharedNegatives || (QueueLength is null && Negatives != 0),
            nameof(SharedNegatives),
            SharedNegatives,
            "false where QueueLength is given or Negatives is 0: nothing is drawn");
        faults.Check(
            !SeedBank || QueueLength is null,
            nameof(SeedBank),
            SeedBank,
            "false where QueueLength is given: a queue has no row for each example");
        faults.Check(BankPrecision is Precision.Float32 or Precision.BFloat16, nameof(BankPrecision), BankPrecision, "Float32 or BFloat16");
        faults.Check(
            Enum.IsDefined(TransportSolver), nameof(TransportSolver), TransportSolver, string.Join(", ", Enum.GetNames<TransportSolver>()));
        faults.Check(
            TransportRegularization is null || IsPositive(TransportRegularization.Value),
            nameof(TransportRegularization),
            TransportRegularization,
            "null or above 0");
        faults.Check(
            TransportRegularization is null || TransportSolver != TransportSolver.Exact,
            nameof(TransportRegularization),
            TransportRegularization,
            "null with TransportSolver Exact, which has none");
        faults.Check(TransportIterations >= 1, nameof(TransportIterations), TransportIterations, "at least 1");
    }
}
