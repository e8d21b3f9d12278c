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
/// picked: the same function as gathering rows, at a twentieth of the cost. State: both banks, and <c>log_z_student</c>,
/// <c>log_z_teacher</c> (not a number until fixed).
/// </remarks>
internal sealed class GlobalContrastiveLoss : nn.Module
{
    [ComponentName(Name = "student_bank")]
    private readonly MemoryBank _studentBank;

    [ComponentName(Name = "teacher_bank")]
    private readonly MemoryBank _teacherBank;

    private readonly CriticForm _critic;
    private readonly double _temperature;
    private (Tensor Indices, Tensor Teacher, Tensor Student)? _pending;

    /// <param name="rowLabels">The class of every training row.</param>
    /// <param name="embeddingSize">The number of dimensions of the embeddings.</param>
    /// <param name="critic">The form of the critic.</param>
    /// <param name="temperature">tau, above 0.</param>
    /// <param name="bankMomentum">The share of a bank's old row that is kept, in [0, 1).</param>
    /// <param name="generator">Draws the banks; null: torch's global generator.</param>
    public GlobalContrastiveLoss(
        long[] rowLabels,
        long embeddingSize,
        CriticForm critic = CriticForm.Nce,
        double temperature = 0.07,
        double bankMomentum = 0.5,
        Generator? generator = null)
        : base(nameof(GlobalContrastiveLoss))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        _critic = critic;
        _temperature = temperature;
        _studentBank = new MemoryBank(rowLabels.Length, embeddingSize, bankMomentum, generator);
        _teacherBank = new MemoryBank(rowLabels.Length, embeddingSize, bankMomentum, generator);
        RegisterComponents();
        register_buffer("row_labels", tensor(rowLabels), persistent: false);
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
        var sameClass = negatives is null ? rowLabels.unsqueeze(0).eq(rowLabels.index_select(0, indices).unsqueeze(1)) : null;
        var studentSide = Side(Score(student, TeacherBank, indices, negatives, sameClass), "log_z_student");
        var teacherSide = Side(Score(teacher, StudentBank, indices, negatives, sameClass), "log_z_teacher");
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
            TeacherBank.Update(indices, teacher);
            StudentBank.Update(indices, student);
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

    private static ContrastiveScores Score(Tensor anchors, MemoryBank bank, Tensor indices, Tensor? negatives, Tensor? sameClass)
    {
        var rows = bank.Rows;
        var all = anchors.matmul(rows.t());
        var positive = (anchors * rows.index_select(0, indices)).sum(1);
        if (negatives is not null)
        {
            var count = full(anchors.shape[0], (double)negatives.shape[1], rows.dtype, rows.device);
            return new ContrastiveScores(positive, all.gather(1, negatives), count, rows.shape[0]);
        }

        var others = sameClass!.logical_not().sum(1).to_type(rows.dtype);
        return new ContrastiveScores(positive, all.masked_fill(sameClass, double.NegativeInfinity), others, rows.shape[0]);
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
