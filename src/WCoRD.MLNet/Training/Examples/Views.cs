namespace WCoRD.MLNet;

/// <summary>How a batch's views are made of its images; the same for every size of one picture.</summary>
/// <param name="Boxes">Where each image is cropped.</param>
/// <param name="Flips">Whether the crop is mirrored left to right.</param>
internal sealed record Views(CropBox[] Boxes, bool[] Flips)
{
    /// <summary>How each view's colours are changed; null: they are not.</summary>
    public ColorFactors[]? Colors { get; init; }

    /// <summary>How the views are mixed with each other; null: they are not.</summary>
    public Mixture? Mixture { get; init; }

    /// <summary>How the teacher's views are made; null: like these.</summary>
    public Views? OfTeacher { get; init; }

    /// <summary>Those that a rank computes.</summary>
    public Views Of(BatchShare share)
    {
        ColorFactors[]? colors = Colors is null ? null : share.Of(Colors);
        return new Views(share.Of(Boxes), share.Of(Flips)) { Colors = colors, OfTeacher = OfTeacher?.Of(share) };
    }
}
