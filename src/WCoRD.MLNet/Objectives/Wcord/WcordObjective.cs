using System.Diagnostics;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The objective of Wasserstein contrastive representation distillation.</summary>
/// <remarks>
/// <c>L = w_CE L_CE + lambda1 L_GCKT + lambda2 L_LCKT + w_KD T^2 KL</c>; parts <c>ce</c>, <c>gckt</c>, <c>lckt</c>, <c>kd</c>. GCKT and LCKT
/// compare the same embeddings <c>u = g1(h^T)</c>, <c>v = g2(h^S)</c> of the penultimate features. What has weight 0 is not built.
/// In training mode <see cref="Compute"/> advances spectral normalisation and draws negatives; in evaluation mode the state stays as it is.
/// The structure is the paper's as recalled; lambda1, lambda2, critic and solver are options, because the paper's are unknown.
/// </remarks>
public sealed class WcordObjective : Objective
{
    [ComponentName(Name = "embed_s")]
    private readonly ProjectionHead? _studentHead;

    [ComponentName(Name = "embed_t")]
    private readonly ProjectionHead? _teacherHead;

    [ComponentName(Name = "contrast")]
    private readonly GlobalContrastiveLoss? _global;

    private readonly WcordObjectiveSettings _settings;
    private readonly NegativeSampler? _sampler;
    private readonly LocalContrastiveLoss? _local;
    private readonly SoftTargetLoss? _soft;

    /// <summary>Creates the objective on the CPU; move it with <c>to(device)</c>.</summary>
    /// <param name="settings">Weights and the rest.</param>
    /// <param name="studentFeatures">The number of the student's penultimate features.</param>
    /// <param name="teacherFeatures">The number of the teacher's penultimate features.</param>
    /// <param name="labels">
    /// The class of every training row, in the order that <see cref="DistillationStep.Indices"/> counts. A row with <see cref="DistillationStep.NoLabel"/>
    /// is a class of its own for GCKT: every other row is its negative.
    /// </param>
    /// <param name="seed">The seed of heads, banks and negatives.</param>
    /// <exception cref="ArgumentException">A setting is out of range, or there are too few rows of other classes for its negatives.</exception>
    public WcordObjective(WcordObjectiveSettings settings, int studentFeatures, int teacherFeatures, long[] labels, int seed)
        : base("wcord")
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(labels);
        Check(settings);
        _settings = settings;
        using var generator = new Generator(unchecked((ulong)seed));
        if (settings.GlobalWeight > 0 || settings.LocalWeight > 0)
        {
            _studentHead = new ProjectionHead(studentFeatures, settings.EmbeddingSize, settings.SpectralNormalization, generator);
            _teacherHead = new ProjectionHead(teacherFeatures, settings.EmbeddingSize, settings.SpectralNormalization, generator);
        }

        if (settings.GlobalWeight > 0)
        {
            long[] contrasted = ContrastedClasses(labels);
            _sampler = new NegativeSampler(contrasted, settings.QueueLength is null ? settings.Negatives : 0, seed);
            _global = new GlobalContrastiveLoss(
                contrasted,
                settings.EmbeddingSize,
                settings.Critic,
                settings.ContrastiveTemperature,
                settings.BankMomentum,
                generator,
                settings.QueueLength,
                settings.BankPrecision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
            register_buffer("draws", zeros(1, ScalarType.Int64));
        }

        _local = settings.LocalWeight > 0 ? new LocalContrastiveLoss(settings.TransportSolver, settings.TransportRegularization, settings.TransportIterations) : null;
        _soft = settings.SoftTargetWeight > 0 ? new SoftTargetLoss(settings.SoftTargetTemperature) : null;
        RegisterComponents();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The step has no teacher, and a part of the objective needs one.</exception>
    public override ObjectiveValue Compute(DistillationStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        using var scope = NewDisposeScope();
        var parts = new List<(string Name, double Weight, Tensor Value)>();
        if (_settings.CrossEntropyWeight > 0)
        {
            Add("ce", _settings.CrossEntropyWeight, () => step.Student.Logits.CrossEntropy(step.Labels));
        }

        if (_studentHead is not null && _teacherHead is not null)
        {
            Activity? heads = Tracing.Start("heads");
            var student = _studentHead.forward(step.Student.Features);
            var teacher = _teacherHead.forward(Teacher(step).Features.detach());
            heads?.Dispose();
            if (_global is not null)
            {
                Add("gckt", _settings.GlobalWeight, () => _global.Compute(teacher, student, step.Indices, Negatives(step.Indices)));
            }

            if (_local is not null)
            {
                Add("lckt", _settings.LocalWeight, () => _local.Compute(teacher, student));
            }
        }

        if (_soft is not null)
        {
            Add("kd", _settings.SoftTargetWeight, () => _soft.Compute(step.Student.Logits, Teacher(step).Logits));
        }

        var total = parts.Select(part => part.Value * part.Weight).Aggregate((sum, part) => sum + part);
        return new ObjectiveValue(
            total.MoveToOuterDisposeScope(),
            [.. parts.Select(part => (part.Name, part.Value.detach().MoveToOuterDisposeScope()))]);

        void Add(string name, double weight, Func<Tensor> compute)
        {
            using Activity? part = Tracing.Start(name);
            parts.Add((name, weight, compute()));
        }
    }

    /// <summary>Updates the memory banks with the step's embeddings.</summary>
    public override void AfterStep() => _global?.AfterStep();

    internal override TransportPlan? TransportOf(Func<DistillationStep> step)
    {
        if (_local is null)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        return Still(step(), _local.Plan);
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
            return look(_teacherHead!.forward(Teacher(step).Features), _studentHead!.forward(step.Student.Features));
        }
        finally
        {
            train(wasTraining);
        }
    }

    private static NetworkOutput Teacher(DistillationStep step) =>
        step.Teacher ?? throw new ArgumentException("The step has no teacher's output: expected one. Give a teacher, or set all weights but CrossEntropyWeight to 0.", nameof(step));

    private static void Check(WcordObjectiveSettings settings)
    {
        double[] weights = [settings.CrossEntropyWeight, settings.GlobalWeight, settings.LocalWeight, settings.SoftTargetWeight];
        if (!weights.All(weight => double.IsFinite(weight) && weight >= 0) || weights.Sum() <= 0)
        {
            throw new ArgumentException(
                $"CrossEntropyWeight, GlobalWeight, LocalWeight and SoftTargetWeight are {Invariant($"{weights[0]}, {weights[1]}, {weights[2]}, {weights[3]}")}: expected numbers of at least 0, one of them above 0.",
                nameof(settings));
        }
    }

    private static long[] ContrastedClasses(long[] labels)
    {
        long classes = labels.DefaultIfEmpty(DistillationStep.NoLabel).Max() + 1;
        return [.. labels.Select((label, row) => label == DistillationStep.NoLabel ? classes + row : label)];
    }

    private Tensor? Negatives(Tensor indices)
    {
        if (_sampler is not { Count: > 0 })
        {
            return null;
        }

        // The number of the draw is part of the state: a resumed training continues with the negatives that are next.
        var draws = get_buffer("draws")!;
        var number = draws.to_type(ScalarType.Int64).ToInt64();
        if (training)
        {
            draws.add_(1);
        }

        using var rows = indices.cpu();
        return _sampler.Draw(rows.data<long>().ToArray(), number).to(indices.device);
    }
}
