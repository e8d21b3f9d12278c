namespace WCoRD.MLNet;

/// <summary>The shapes of a <see cref="NetworkOutput"/>, without the batch.</summary>
public sealed class OutputShapes
{
    /// <summary>Creates the shapes.</summary>
    /// <param name="stageMaps">Channels, height and width of each stage map; empty for a teacher of ONNX or made of columns.</param>
    /// <param name="features">The number of penultimate features.</param>
    /// <param name="classes">The number of classes; 0 for a teacher that gives no scores.</param>
    public OutputShapes(IReadOnlyList<(long Channels, long Height, long Width)> stageMaps, int features, int classes) =>
        (StageMaps, Features, Classes) = (stageMaps, features, classes);

    /// <summary>Channels, height and width of each stage map; empty for a teacher of ONNX or made of columns.</summary>
    public IReadOnlyList<(long Channels, long Height, long Width)> StageMaps { get; }

    /// <summary>The number of penultimate features.</summary>
    public int Features { get; }

    /// <summary>The number of classes; 0 for a teacher that gives no scores.</summary>
    public int Classes { get; }
}
