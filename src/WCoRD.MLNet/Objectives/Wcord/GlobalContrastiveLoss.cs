using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>GCKT, global contrastive knowledge transfer: each example's embedding by one network against all rows' by the other.</summary>
/// <remarks>
/// Student anchors v are scored against the memory of the teacher's embeddings and teacher anchors u against the student's; a
/// <see cref="Critic"/> makes a loss of both. State: that of <c>memory</c> and <c>critic</c>, and <c>draws</c>, the number of the next draw
/// of negatives.
/// </remarks>
internal sealed class GlobalContrastiveLoss : nn.Module
{
    [ComponentName(Name = "memory")]
    private readonly ContrastMemory _memory;

    [ComponentName(Name = "critic")]
    private readonly Critic _critic;

    private readonly NegativeSampler? _sampler;
    private readonly bool _shares;

    // The number of the next draw, once it was read: reading waits for a GPU.
    private long? _next;
    private (Tensor Indices, Tensor Student, Tensor Teacher)? _pending;

    // What was drawn for the next computation stays where it is: a recorded step finds it there.
    private Tensor? _drawn;
    private bool _isDrawn;

    /// <param name="memory">The embeddings to score against, which this owns.</param>
    /// <param name="critic">What is made of the scores, which this owns.</param>
    /// <param name="sampler">Draws negatives; null: all rows of other classes are taken.</param>
    /// <param name="shares">Whether the examples of a step share one draw, each without the rows of its own class.</param>
    public GlobalContrastiveLoss(ContrastMemory memory, Critic critic, NegativeSampler? sampler = null, bool shares = false)
        : base(nameof(GlobalContrastiveLoss))
    {
        (_memory, _critic, _sampler, _shares) = (memory, critic, sampler, shares);
        register_buffer("draws", zeros(1, ScalarType.Int64));
        RegisterComponents();
    }

    /// <summary>The embeddings scored against.</summary>
    public ContrastMemory Memory => _memory;

    /// <summary>Draws the negatives of the next computation.</summary>
    /// <param name="rows">The examples' row numbers.</param>
    public void BeforeStep(long[] rows)
    {
        if (_sampler is null)
        {
            return;
        }

        using var scope = NewDisposeScope();
        Tensor drawn = DrawNext(rows, 0, _memory.Student.device);
        if (_drawn is not null && _drawn.shape.SequenceEqual(drawn.shape))
        {
            _drawn.copy_(drawn);
        }
        else
        {
            _drawn?.Dispose();
            _drawn = drawn.to(ScalarType.Int64).DetachFromDisposeScope();
        }

        _isDrawn = true;
    }

    /// <summary>Computes the loss against the memory as it is; <see cref="AfterStep"/> updates it.</summary>
    /// <param name="teacher">The teacher's embeddings u, <c>[batch, embedding]</c>, unit rows.</param>
    /// <param name="student">The student's embeddings v, <c>[batch, embedding]</c>, unit rows.</param>
    /// <param name="indices">The examples' row numbers, int64 <c>[batch]</c>.</param>
    /// <param name="own">The examples that this one of several ranks takes for anchors: the mean of all ranks' values is then the
    /// loss. Null: all.</param>
    /// <returns>A scalar.</returns>
    public Tensor Compute(Tensor teacher, Tensor student, Tensor indices, BatchShare? own)
    {
        using var scope = NewDisposeScope();
        if (own is not { } share || !_critic.IsMean)
        {
            return ComputeAgainst(teacher, student, indices, Draw(indices, 0)).MoveToOuterDisposeScope();
        }

        Remember(teacher, student, indices);
        Tensor ofShare = share.Of(indices);
        Tensor value = Value(share.Of(teacher), share.Of(student), ofShare, Draw(ofShare, share.FirstComputed));
        return (value * ((double)share.Count * share.Size / share.Total)).MoveToOuterDisposeScope();
    }

    /// <summary>The same with given negatives.</summary>
    /// <param name="teacher">The teacher's embeddings u.</param>
    /// <param name="student">The student's embeddings v.</param>
    /// <param name="indices">The examples' row numbers.</param>
    /// <param name="negatives">The row numbers of each example's negatives, int64 <c>[batch, K]</c>, or of those that all share,
    /// <c>[K]</c>; null: all rows of other classes.</param>
    internal Tensor ComputeAgainst(Tensor teacher, Tensor student, Tensor indices, Tensor? negatives)
    {
        Remember(teacher, student, indices);
        return Value(teacher, student, indices, negatives);
    }

    private Tensor Value(Tensor teacher, Tensor student, Tensor indices, Tensor? negatives)
    {
        using var scope = NewDisposeScope();
        (Tensor studentPositives, Tensor teacherPositives) = _memory.Positives(indices, student, teacher);
        OtherClasses? others = negatives?.dim() == 2 ? null : OtherClasses.Than(_memory.OwnClass(indices, negatives), student.dtype);
        Tensor value = _critic.Compute(
            Scores(student, teacherPositives, _memory.Teacher),
            Scores(teacher, studentPositives, _memory.Student));
        return value.MoveToOuterDisposeScope();

        // The anchors are scaled, which are few, rather than their scores.
        ContrastiveScores Scores(Tensor anchors, Tensor positives, Tensor rows) => others is { } found
            ? ContrastiveScores.OfOtherClasses(anchors * _critic.Scale, positives, rows, found, negatives)
            : ContrastiveScores.OfDrawn(anchors * _critic.Scale, positives, rows, negatives!);
    }

    /// <summary>Updates the memory with the embeddings of the last computation in training, and lets go of them.</summary>
    public void AfterStep()
    {
        if (_pending is var (indices, student, teacher))
        {
            _memory.Update(indices, student, teacher);
            Release();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Release();
            _drawn?.Dispose();
        }

        base.Dispose(disposing);
    }

    // For the memory, after the step.
    private void Remember(Tensor teacher, Tensor student, Tensor indices)
    {
        if (training)
        {
            Release();
            _pending = (
                indices.clone().DetachFromDisposeScope(),
                student.detach().DetachFromDisposeScope(),
                teacher.detach().DetachFromDisposeScope());
        }
    }

    private Tensor? Draw(Tensor indices, int first)
    {
        if (_sampler is null)
        {
            return null;
        }

        if (_isDrawn)
        {
            _isDrawn = false;
            return _drawn!.alias();
        }

        using var scope = NewDisposeScope();
        return DrawNext(indices.cpu().data<long>().ToArray(), first, indices.device).to(ScalarType.Int64).MoveToOuterDisposeScope();
    }

    // The number of the draw is part of the state: a resumed training goes on with the negatives that are next.
    private Tensor DrawNext(long[] rows, int first, Device device)
    {
        using var scope = NewDisposeScope();
        Tensor draws = get_buffer("draws")!;
        long number = _next ?? draws.to_type(ScalarType.Int64).ToInt64();
        if (training)
        {
            draws.add_(1);
            _next = number + 1;
        }

        bool isForGpu = device.type == DeviceType.CUDA;
        Tensor drawn = _shares ? _sampler!.DrawShared(number, isForGpu) : _sampler!.Draw(rows, number, first, isForGpu);
        return drawn.OnDevice(device).MoveToOuterDisposeScope();
    }

    private void Release()
    {
        if (_pending is var (indices, student, teacher))
        {
            indices.Dispose();
            student.Dispose();
            teacher.Dispose();
            _pending = null;
        }
    }
}
