namespace WCoRD.MLNet;

/// <summary>A network that scores, whatever computes it. May be called by several threads at once.</summary>
internal interface INetworkRunner : IDisposable
{
    /// <summary>The number of penultimate features.</summary>
    int FeatureSize { get; }

    /// <summary>Scores the first rows of a buffer.</summary>
    /// <param name="pixels">The pixels.</param>
    /// <param name="rows">How many rows to score.</param>
    /// <param name="scores">Receives the class probabilities, row after row; empty: not wanted.</param>
    /// <param name="features">Receives the penultimate features, row after row; empty: not wanted.</param>
    void Score(PixelBuffer pixels, int rows, Span<float> scores, Span<float> features);
}
