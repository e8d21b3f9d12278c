namespace WCoRD.MLNet;

/// <summary>Where a batch's images are cropped and which are mirrored; the same for every size of one picture.</summary>
/// <param name="Tops">The crop's distance from the top of the padded image, in steps.</param>
/// <param name="Lefts">Its distance from the left, in steps.</param>
/// <param name="Flips">Whether the crop is mirrored left to right.</param>
internal sealed record Views(long[] Tops, long[] Lefts, bool[] Flips);
