using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Which rows of a memory are of other classes than an anchor's: the same for both sides, and made once for them.</summary>
/// <param name="Excluded">What is added to the scores, <c>[batch, rows]</c>: minus infinity where a row is of the anchor's own class, else
/// 0. So the product with the rows begins with it, and the scores are passed over no second time, forward or backward.</param>
/// <param name="Count">The number of rows of other classes, <c>[batch]</c>, at least 1.</param>
internal readonly record struct OtherClasses(Tensor Excluded, Tensor Count)
{
    /// <summary>Of the rows that are an anchor's own class.</summary>
    /// <param name="ownClass">Which rows are, <c>[batch, rows]</c>.</param>
    /// <param name="type">What scores are computed in.</param>
    public static OtherClasses Than(Tensor ownClass, ScalarType type) => new(
        zeros(ownClass.shape, type, ownClass.device).masked_fill_(ownClass, double.NegativeInfinity),
        // A short queue may hold nothing but the anchor's class; its sum is then 0, and must not be divided by 0.
        ownClass.logical_not().sum(1).clamp_min(1).to_type(type));
}
