namespace WCoRD.MLNet;

/// <summary>A network computed by ONNX Runtime.</summary>
internal sealed class OnnxRunner : INetworkRunner
{
    private readonly OnnxSession _session;
    private readonly ModelDescription _description;

    private OnnxRunner(OnnxSession session, ModelDescription description)
    {
        (_session, _description) = (session, description);
        FeatureSize = SizeOf(OnnxExport.Features, least: 1);
        if (description.ScoreColumnName is not null && SizeOf(OnnxExport.Score, least: 2) != description.Classes)
        {
            throw Unfit(Invariant($"scores [batch, {description.Classes}]"));
        }

        if (session.Inputs is not [{ Name: OnnxExport.Input, IsSingle: true, Shape: [_, int channels, int height, int width] }]
            || (channels, height, width) != (description.Channels, description.Height, description.Width))
        {
            throw Unfit(Invariant($"an input [batch, {description.Channels}, {description.Height}, {description.Width}] of floats"));
        }
    }

    public int FeatureSize { get; }

    /// <summary>Opens a model's graph.</summary>
    /// <exception cref="InvalidOperationException">ONNX Runtime is missing.</exception>
    /// <exception cref="FormatException">The graph is damaged, or not the model's.</exception>
    public static OnnxRunner Open(ScoringGraph graph, ModelDescription description)
    {
        OnnxSession session = OnnxSession.Open(OnnxFile.Of(graph.Bytes, $"the graph of the model's {description.Network}"));
        try
        {
            return new OnnxRunner(session, description);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public void Score(PixelBuffer pixels, int rows, Span<float> scores, Span<float> features)
    {
        float[] values = pixels.ToFloats(rows);
        string[] wanted = [.. scores.IsEmpty ? Array.Empty<string>() : [OnnxExport.Score], .. features.IsEmpty ? Array.Empty<string>() : [OnnxExport.Features]];
        float[][] found = _session.Run(values, [rows, _description.Channels, _description.Height, _description.Width], wanted);
        if (!scores.IsEmpty)
        {
            found[0].CopyTo(scores);
        }

        if (!features.IsEmpty)
        {
            found[^1].CopyTo(features);
        }

        // A rectifier of ONNX Runtime's makes a number of NaN.
        int size = values.Length / rows;
        for (int row = 0; row < rows; row++)
        {
            if (HasNaN(values.AsSpan(row * size, size)))
            {
                Fill(scores, row, _description.Classes);
                Fill(features, row, FeatureSize);
            }
        }
    }

    public void Dispose() => _session.Dispose();

    private static bool HasNaN(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (float.IsNaN(value))
            {
                return true;
            }
        }

        return false;
    }

    private static void Fill(Span<float> values, int row, int size)
    {
        if (!values.IsEmpty)
        {
            values.Slice(row * size, size).Fill(float.NaN);
        }
    }

    private int SizeOf(string output, int least) =>
        _session.Outputs.FirstOrDefault(other => other.Name == output) is { IsSingle: true, Shape: [_, int size] } && size >= least
            ? size
            : throw Unfit($"an output '{output}' [batch, size] of floats");

    private FormatException Unfit(string expected) => new(
        $"The model file's part 'Onnx' reads {OnnxTensor.List(_session.Inputs)} and gives {OnnxTensor.List(_session.Outputs)}: "
            + $"expected {expected}. The file is damaged; save the model again.");
}
