using System.Runtime.ExceptionServices;

namespace WCoRD.MLNet;

/// <summary>A network computed by ONNX Runtime: of a batch each core computes a part, of a single image all cores compute it together.
/// </summary>
/// <remarks>Cores that share each operation of a batch wait for each other in each.</remarks>
internal sealed class OnnxRunner : INetworkRunner
{
    private static readonly int Cores = Environment.ProcessorCount;
    private readonly OnnxSession _session;
    private readonly Lazy<OnnxSession> _ofOneCore;
    private readonly ModelDescription _description;

    private OnnxRunner(OnnxSession session, OnnxFile file, ModelDescription description)
    {
        (_session, _description) = (session, description);
        _ofOneCore = new Lazy<OnnxSession>(() => OnnxSession.Open(file, threads: 1));
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
        OnnxFile file = OnnxFile.Of(graph.Bytes, $"the graph of the model's {description.Network}");
        OnnxSession session = OnnxSession.Open(file);
        try
        {
            return new OnnxRunner(session, file, description);
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
        int from = 0, size = values.Length / rows;
        foreach ((int count, float[][] found) in Run(values, rows, wanted))
        {
            if (!scores.IsEmpty)
            {
                found[0].CopyTo(scores[(from * _description.Classes)..]);
            }

            if (!features.IsEmpty)
            {
                found[^1].CopyTo(features[(from * FeatureSize)..]);
            }

            from += count;
        }

        // A rectifier of ONNX Runtime's makes a number of NaN.
        for (int row = 0; row < rows; row++)
        {
            if (HasNaN(values.AsSpan(row * size, size)))
            {
                Fill(scores, row, _description.Classes);
                Fill(features, row, FeatureSize);
            }
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        if (_ofOneCore.IsValueCreated)
        {
            _ofOneCore.Value.Dispose();
        }
    }

    private (int Count, float[][] Found)[] Run(float[] values, int rows, string[] wanted)
    {
        int cores = rows < Cores ? 1 : Cores, size = values.Length / rows;
        OnnxSession session = cores == 1 ? _session : _ofOneCore.Value;
        var parts = new (int, float[][])[cores];
        try
        {
            Parallel.For(0, cores, core =>
            {
                int from = rows * core / cores, count = (rows * (core + 1) / cores) - from;
                long[] shape = [count, _description.Channels, _description.Height, _description.Width];
                parts[core] = (count, session.Run(values.AsMemory(from * size, count * size), shape, wanted));
            });
        }
        catch (AggregateException faults)
        {
            ExceptionDispatchInfo.Throw(faults.InnerExceptions[0]);
        }

        return parts;
    }

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
