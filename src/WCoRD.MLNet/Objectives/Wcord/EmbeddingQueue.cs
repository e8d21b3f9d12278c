using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A memory of the last examples' embeddings, whatever the number of training rows (MoCo's way; He et al., 2020).</summary>
/// <remarks>
/// A positive is the other network's embedding of the step: a queue has none of the example. All rows of other classes are negatives.
/// Its first rows are of no class. State beside the embeddings: <c>row_classes</c> and <c>head</c>, where the next embedding goes.
/// </remarks>
internal sealed class EmbeddingQueue : ContrastMemory
{
    /// <summary>The class of rows that no example has filled yet: none has it.</summary>
    private const long NoClass = -2;

    private readonly int _length;

    /// <param name="classes">The class of every training row.</param>
    /// <param name="length">The number of embeddings, at least 1.</param>
    /// <param name="embeddingSize">The number of dimensions.</param>
    /// <param name="generator">Draws the first rows; null: torch's global generator.</param>
    /// <param name="type">What the rows are kept in: float32 or bfloat16.</param>
    public EmbeddingQueue(long[] classes, int length, long embeddingSize, Generator? generator = null, ScalarType type = ScalarType.Float32)
        : base(nameof(EmbeddingQueue), classes, length, embeddingSize, generator, type)
    {
        _length = length;
        register_buffer("row_classes", full(length, NoClass, ScalarType.Int64));
        register_buffer("head", zeros(1, ScalarType.Int64));
    }

    protected override Tensor RowClasses => get_buffer("row_classes")!;

    public override (Tensor Student, Tensor Teacher) Positives(Tensor indices, Tensor student, Tensor teacher) =>
        (student.detach(), teacher.detach());

    public override void Update(Tensor indices, Tensor student, Tensor teacher)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();

        // A step of more examples than the queue is long: its last ones fill the queue, each its own place.
        long kept = Math.Min(indices.shape[0], _length), from = indices.shape[0] - kept;
        Tensor head = get_buffer("head")!;
        Tensor slots = (head + arange(kept, head.dtype, head.device)).remainder(_length);
        RowClasses.index_copy_(0, slots, ClassesOf(indices.narrow(0, from, kept)));
        Student.index_copy_(0, slots, student.narrow(0, from, kept).AtLeastSingle().UnitRows().to_type(Student.dtype));
        Teacher.index_copy_(0, slots, teacher.narrow(0, from, kept).AtLeastSingle().UnitRows().to_type(Teacher.dtype));
        head.add_(kept);
    }
}
