using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>One embedding for every training row: where negatives from the whole training set come from.</summary>
/// <remarks>
/// Rows start as <c>U(-a, a)</c>, <c>a = 1 / sqrt(d / 3)</c>, and become unit vectors on their first update,
/// <c>row = normalise(m row + (1 - m) embedding)</c>. Source: CRD (RepDistiller's <c>ContrastMemory</c>). A bank is a buffer: part of the
/// state, without gradient.
/// </remarks>
internal sealed class MemoryBank : nn.Module
{
    private readonly double _momentum;

    /// <param name="rows">The number of training rows, N.</param>
    /// <param name="embeddingSize">The number of dimensions, d.</param>
    /// <param name="momentum">m, the share of the old row that is kept, in [0, 1).</param>
    /// <param name="generator">Draws the rows; null: torch's global generator.</param>
    /// <param name="type">What the rows are kept in: float32 or bfloat16.</param>
    public MemoryBank(long rows, long embeddingSize, double momentum = 0.5, Generator? generator = null, ScalarType type = ScalarType.Float32)
        : base(nameof(MemoryBank))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(embeddingSize);
        ArgumentOutOfRangeException.ThrowIfNegative(momentum);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(momentum, 1);
        _momentum = momentum;
        var bound = 1 / Math.Sqrt(embeddingSize / 3.0);
        using var scope = NewDisposeScope();
        register_buffer("rows", empty(rows, embeddingSize, ScalarType.Float32).uniform_(-bound, bound, generator).to(type).MoveToOuterDisposeScope());
    }

    /// <summary>The bank, <c>[rows, embedding]</c>.</summary>
    public Tensor Rows => get_buffer("rows")!;

    /// <summary>The memory the bank takes, in MiB.</summary>
    public double SizeInMiB => Rows.numel() * Rows.element_size() / (1024.0 * 1024.0);

    /// <summary>Moves rows towards new embeddings. Only after backward: the graph of a loss keeps the bank.</summary>
    /// <param name="indices">Row numbers, int64 <c>[batch]</c>. Of a row that stands twice, one of its embeddings counts.</param>
    /// <param name="embeddings"><c>[batch, embedding]</c>.</param>
    public void Update(Tensor indices, Tensor embeddings)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var mixed = (Rows.index_select(0, indices).AtLeastSingle() * _momentum) + (embeddings.AtLeastSingle() * (1 - _momentum));
        Rows.index_copy_(0, indices, mixed.UnitRows().to_type(Rows.dtype));
    }
}
