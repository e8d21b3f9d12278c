namespace WCoRD.MLNet;

/// <summary>The shapes of a <see cref="NetworkOutput"/>, without the batch.</summary>
/// <param name="StageMaps">Channels, height and width of each stage map; empty for a teacher made of columns.</param>
/// <param name="Features">The number of penultimate features.</param>
/// <param name="Classes">The number of classes; 0 for a teacher that gives no scores.</param>
public sealed record OutputShapes(IReadOnlyList<(long Channels, long Height, long Width)> StageMaps, int Features, int Classes);
