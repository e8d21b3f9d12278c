using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A memory with one embedding of either network for every training row.</summary>
/// <remarks>
/// Rows become unit vectors on their first update, <c>row = normalise(m row + (1 - m) embedding)</c>. A positive is the example's own row,
/// from the last step that had it. Source: CRD (RepDistiller's <c>ContrastMemory</c>).
/// </remarks>
internal sealed class MemoryBank : ContrastMemory
{
    private readonly double _momentum;

    /// <param name="classes">The class of every training row.</param>
    /// <param name="embeddingSize">The number of dimensions, d.</param>
    /// <param name="momentum">m, the share of the old row that is kept, in [0, 1).</param>
    /// <param name="generator">Draws the rows; null: torch's global generator.</param>
    /// <param name="type">What the rows are kept in: float32 or bfloat16.</param>
    public MemoryBank(
        long[] classes, long embeddingSize, double momentum = 0.5, Generator? generator = null, ScalarType type = ScalarType.Float32)
        : base(nameof(MemoryBank), classes, classes.Length, embeddingSize, generator, type)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(momentum);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(momentum, 1);
        _momentum = momentum;
    }

    protected override Tensor RowClasses => TrainingClasses;

    public override (Tensor Student, Tensor Teacher) Positives(Tensor indices, Tensor student, Tensor teacher) =>
        (Student.index_select(0, indices).to_type(student.dtype), Teacher.index_select(0, indices).to_type(teacher.dtype));

    /// <inheritdoc/>
    /// <remarks>Of a row that stands twice, one of its embeddings counts.</remarks>
    public override void Update(Tensor indices, Tensor student, Tensor teacher) => Mix(indices, student, teacher, _momentum);

    /// <summary>Puts embeddings in place of what rows held.</summary>
    public void Fill(Tensor indices, Tensor student, Tensor teacher) => Mix(indices, student, teacher, 0);

    private void Mix(Tensor indices, Tensor student, Tensor teacher, double momentum)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach ((Tensor rows, Tensor embeddings) in ((Tensor, Tensor)[])[(Student, student), (Teacher, teacher)])
        {
            Tensor mixed = (rows.index_select(0, indices).AtLeastSingle() * momentum) + (embeddings.AtLeastSingle() * (1 - momentum));
            rows.index_copy_(0, indices, mixed.UnitRows().to_type(rows.dtype));
        }
    }
}
