namespace WCoRD.MLNet;

/// <summary>A tensor as a pickle states it: a view of a storage, whose numbers are not read yet.</summary>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Whether its elements can be counted and all lie within its storage.</summary>
    public bool IsWithinStorage
    {
        get
        {
            Int128 first = (Int128)Storage.Offset + Offset;
            return Storage.Count >= 0 && Offset >= 0 && Storage.Offset >= 0
                && Shape.Length == Strides.Length
                && Shape.All(extent => extent >= 0)
                && Strides.All(stride => stride >= 0)
                && IsCountable
                && (Shape.Contains(0)
                    || first + Shape.Zip(Strides, (extent, stride) => (Int128)(extent - 1) * stride)
                        .Aggregate((Int128)0, (sum, next) => sum + next)
                        < Storage.Count);
        }
    }

    // Lengths of 0 count as 1 here: torch multiplies the others nevertheless.
    private bool IsCountable =>
        Shape.Aggregate(
            (Product: (UInt128)1, Right: true),
            (found, extent) => (
                found.Product * (ulong)Math.Max(extent, 1),
                found.Right && found.Product * (ulong)Math.Max(extent, 1) <= long.MaxValue / 8))
            .Right;
}
