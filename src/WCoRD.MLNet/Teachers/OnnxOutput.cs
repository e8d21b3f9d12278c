using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>An output of an ONNX model, as a run of it gave it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its sides.</param>
/// <param name="Batch">The number of images that it was given for.</param>
/// <param name="IsChannelsLast">Whether maps lie so.</param>
internal sealed record OnnxOutput(string Name, IReadOnlyList<long> Shape, long Batch, bool IsChannelsLast)
{
    /// <summary>The numbers that it has of each image, maps averaged; 0: it has none.</summary>
    public int Size => Shape switch
    {
        [long batch, long size] when batch == Batch && size <= int.MaxValue => (int)size,
        [long batch, long second, long third, long last] when batch == Batch && second * third * last > 0 =>
            (int)Math.Min(int.MaxValue, IsChannelsLast ? last : second),
        _ => 0,
    };

    /// <summary>Whether it may be scores: a vector, which may have two sides of 1 more.</summary>
    public bool IsVector => Size > 0 && Shape.Skip(1).Aggregate(1L, (product, side) => product * side) == Size;

    /// <summary>Its numbers of each image, <c>[batch, size]</c>.</summary>
    public Tensor Pooled(Tensor given)
    {
        using var scope = NewDisposeScope();
        return (given.dim() == 2 ? given.alias() : given.mean(IsChannelsLast ? [1L, 2L] : [2L, 3L])).MoveToOuterDisposeScope();
    }

    public override string ToString() => $"'{Name}' [{InvariantText.Join(", ", Shape)}]";
}
