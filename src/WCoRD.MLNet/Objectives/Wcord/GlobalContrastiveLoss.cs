using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>GCKT, global contrastive knowledge transfer: each example's embedding by one network against all rows' by the other.</summary>
/// <remarks>
/// Student anchors v are scored against the bank of the teacher's embeddings and teacher anchors u against the student's; the positive is
/// the example's own row, read from the bank. <see cref="CriticForm.Nce"/> and <see cref="CriticForm.InfoNce"/> sum the two sides (Nce is
/// CRD's loss, RepDistiller's <c>CRDLoss</c>, with Z fixed on the first batch); <see cref="CriticForm.Dual"/> takes their mean, which lies
/// in [-2, 2]. Which form the paper ran is unknown. The scores come from one product with the whole bank, of which the wanted ones are
/// picked: the same function as gathering rows, at a twentieth of the cost; of a bank with many times more rows than negatives, rows are gathered.
/// A queue instead of banks (MoCo; He et al., 2020) holds the embeddings of the last examples, whatever the number of rows; the positive
/// is then the other network's embedding of the step. State: both banks, and <c>log_z_student</c>, <c>log_z_teacher</c> (not a number until
/// fixed); of a queue also <c>bank_labels</c> and <c>head</c>.
/// </remarks>
internal sealed class GlobalContrastiveLoss : nn.Module
{
    /// <summary>From how many times more rows than negatives gathering is cheaper: measured, see docs/performance.md.</summary>
    internal const int GatherFrom = 48;

    /// <summary>The class of a queue's rows that no example has filled yet: none has it.</summary>
    private const long NoClass = -2;

    [ComponentName(Name = "student_bank")]
    private readonly MemoryBank _studentBank;

    [ComponentName(Name = "teacher_bank")]
    private readonly MemoryBank _teacherBank;

    private readonly CriticForm _critic;
    private readonly double _temperature;
    private readonly int? _queueLength;
    private (Tensor Indices, Tensor Teacher, Tensor Student)? _pending;

    /// <param name="rowLabels">The class of every training row.</param>
    /// <param name="embeddingSize">The number of dimensions of the embeddings.</param>
    /// <param name="critic">The form of the critic.</param>
    /// <param name="temperature">tau, above 0.</param>
    /// <param name="bankMomentum">The share of a bank's old row that is kept, in [0, 1).</param>
    /// <param name="generator">Draws the banks; null: torch's global generator.</param>
    /// <param name="queueLength">The number of embeddings in a queue, at least the batch; null: a bank row for each training row.</param>
    /// <param name="bankType">What banks are kept in: float32 or bfloat16.</param>
    public GlobalContrastiveLoss(
        long[] rowLabels,
        long embeddingSize,
        CriticForm critic = CriticForm.Nce,
        double temperature = 0.07,
        double bankMomentum = 0.5,
        Generator? generator = null,
        int? queueLength = null,
        ScalarType bankType = ScalarType.Float32)
        : base(nameof(GlobalContrastiveLoss))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        _critic = critic;
        _temperature = temperature;
        _queueLength = queueLength;
        int length = queueLength ?? rowLabels.Length;
        double momentum = queueLength is null ? bankMomentum : 0;
        _studentBank = new MemoryBank(length, embeddingSize, momentum, generator, bankType);
        _teacherBank = new MemoryBank(length, embeddingSize, momentum, generator, bankType);
        RegisterComponents();
        register_buffer("row_labels", tensor(rowLabels), persistent: false);
        if (queueLength is not null)
        {
            register_buffer("bank_labels", full(length, NoClass, ScalarType.Int64));
            register_buffer("head", zeros(1, ScalarType.Int64));
        }

        if (critic == CriticForm.Nce)
        {
            register_buffer("log_z_student", tensor(float.NaN));
            register_buffer("log_z_teacher", tensor(float.NaN));
        }
    }

    /// <summary>The bank of the student's embeddings.</summary>
    public MemoryBank StudentBank => _studentBank;

    /// <summary>The bank of the teacher's embeddings.</summary>
    public MemoryBank TeacherBank => _teacherBank;

    /// <summary>Computes the loss against the banks as they are; <see cref="AfterStep"/> updates them.</summary>
    /// <param name="teacher">The teacher's embeddings u, <c>[batch, embedding]</c>, unit rows.</param>
    /// <param name="student">The student's embeddings v, <c>[batch, embedding]</c>, unit rows.</param>
    /// <param name="indices">The examples' row numbers, int64 <c>[batch]</c>.</param>
    /// <param name="negatives">The row numbers of each example's negatives, int64 <c>[batch, K]</c>; null: all rows of other classes.</param>
    /// <returns>A scalar.</returns>
    public Tensor Compute(Tensor teacher, Tensor student, Tensor indices, Tensor? negatives)
    {
        using var scope = NewDisposeScope();
        var rowLabels = get_buffer("row_labels")!;
        var bankLabels = get_buffer("bank_labels") ?? rowLabels;
        var sameClass = negatives is null ? bankLabels.unsqueeze(0).eq(rowLabels.index_select(0, indices).unsqueeze(1)) : null;
        var studentSide = Side(Score(student, Positives(TeacherBank, indices, teacher), TeacherBank.Rows, negatives, sameClass), "log_z_student");
        var teacherSide = Side(Score(teacher, Positives(StudentBank, indices, student), StudentBank.Rows, negatives, sameClass), "log_z_teacher");
        if (training)
        {
            Release();
            _pending = (indices.clone().DetachFromDisposeScope(), teacher.detach().DetachFromDisposeScope(), student.detach().DetachFromDisposeScope());
        }

        var both = studentSide + teacherSide;
        return (_critic == CriticForm.Dual ? both / 2 : both).MoveToOuterDisposeScope();
    }

    /// <summary>Updates the banks with the embeddings of the last computation in training, and lets go of them.</summary>
    public void AfterStep()
    {
        if (_pending is var (indices, teacher, student))
        {
            using var scope = NewDisposeScope();
            // A step of one row more than a queue is long: its last examples fill the queue, each its own place.
            long kept = Math.Min(indices.shape[0], _queueLength ?? long.MaxValue), from = indices.shape[0] - kept;
            var slots = Slots(indices.narrow(0, from, kept));
            TeacherBank.Update(slots, teacher.narrow(0, from, kept));
            StudentBank.Update(slots, student.narrow(0, from, kept));
            Release();
        }
    }

    /// <summary>A side's normaliser Z; not a number before the first batch.</summary>
    public double Normalizer(bool ofStudent) => Math.Exp(get_buffer(ofStudent ? "log_z_student" : "log_z_teacher")!.ToDouble());

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Release();
        }

        base.Dispose(disposing);
    }

    /// <summary>Whether to gather the drawn rows, rather than to score all rows by one product and pick.</summary>
    internal static bool IsGatheringCheaper(long rows, long negatives) => rows > GatherFrom * negatives;

    /// <summary>Scores by one product with all rows.</summary>
    internal static Tensor Products(Tensor anchors, Tensor rows) => anchors.to_type(rows.dtype).matmul(rows.t()).to_type(anchors.dtype);

    /// <summary>Scores of the drawn rows alone, which are gathered.</summary>
    internal static Tensor Gathered(Tensor anchors, Tensor rows, Tensor negatives) =>
        rows.index_select(0, negatives.flatten()).to_type(anchors.dtype).view(negatives.shape[0], negatives.shape[1], -1).bmm(anchors.unsqueeze(2)).squeeze(2);

    private static ContrastiveScores Score(Tensor anchors, Tensor positives, Tensor rows, Tensor? negatives, Tensor? sameClass)
    {
        var positive = (anchors * positives).sum(1);
        if (negatives is not null)
        {
            var count = full(anchors.shape[0], (double)negatives.shape[1], anchors.dtype, rows.device);
            var scores = IsGatheringCheaper(rows.shape[0], negatives.shape[1]) ? Gathered(anchors, rows, negatives) : Products(anchors, rows).gather(1, negatives);
            return new ContrastiveScores(positive, scores, count, rows.shape[0]);
        }

        // A short queue may hold nothing but the anchor's class; its sum is then 0, and must not be divided by 0.
        var others = sameClass!.logical_not().sum(1).clamp_min(1).to_type(anchors.dtype);
        return new ContrastiveScores(positive, Products(anchors, rows).masked_fill(sameClass, double.NegativeInfinity), others, rows.shape[0]);
    }

    // A bank's row of the example, which is from its last step; in a queue there is none, and this step's embedding serves.
    private Tensor Positives(MemoryBank bank, Tensor indices, Tensor other) =>
        _queueLength is null ? bank.Rows.index_select(0, indices).to_type(other.dtype) : other.detach();

    // Where the step's embeddings go: to their own rows, or in the place of the oldest.
    private Tensor Slots(Tensor indices)
    {
        if (_queueLength is not { } length)
        {
            return indices;
        }

        using var noGradient = no_grad();
        var head = get_buffer("head")!;
        var slots = (head + arange(indices.shape[0], head.dtype, head.device)).remainder(length);
        get_buffer("bank_labels")!.index_copy_(0, slots, get_buffer("row_labels")!.index_select(0, indices));
        head.add_(indices.shape[0]);
        return slots;
    }

    private Tensor Side(ContrastiveScores scores, string normalizer) => _critic switch
    {
        CriticForm.Nce => scores.Nce(_temperature, LogNormalizer(scores, normalizer)),
        CriticForm.InfoNce => scores.InfoNce(_temperature),
        CriticForm.Dual => scores.Dual(),
        _ => throw new InvalidOperationException($"The critic form {_critic} is unknown: expected {string.Join(", ", Enum.GetNames<CriticForm>())}."),
    };

    private Tensor LogNormalizer(ContrastiveScores scores, string name)
    {
        var buffer = get_buffer(name)!;
        if (!double.IsNaN(buffer.ToDouble()))
        {
            return buffer;
        }

        using var noGradient = no_grad();
        var measured = scores.LogNormalizer(_temperature);
        if (training)
        {
            buffer.copy_(measured);
        }

        return measured;
    }

    private void Release()
    {
        if (_pending is var (indices, teacher, student))
        {
            indices.Dispose();
            teacher.Dispose();
            student.Dispose();
            _pending = null;
        }
    }
}
