namespace WCoRD.MLNet;

/// <summary>Weights in whole numbers of eight bits, with one scale for each output channel and 0 in the middle.</summary>
/// <param name="Whole">The whole numbers, in the weights' order.</param>
/// <param name="Scales">For each output channel, what one is worth.</param>
internal sealed record QuantizedWeights(sbyte[] Whole, float[] Scales)
{
    // Of a channel whose weights are all 0.
    private const float LeastScale = 1e-8f;

    /// <summary>The nearest to weights.</summary>
    /// <param name="weight">The weights <c>[outputs, ...]</c>.</param>
    /// <param name="reduceRange">Whether they take seven bits.</param>
    public static QuantizedWeights Of(GraphValue weight, bool reduceRange)
    {
        sbyte most = (sbyte)(reduceRange ? 63 : 127);
        float[] values = weight.Sample.data<float>().ToArray();
        int channels = (int)weight.Shape[0], size = values.Length / channels;
        var whole = new sbyte[values.Length];
        float[] scales = new float[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            Span<float> row = values.AsSpan(channel * size, size);
            float largest = 0;
            foreach (float value in row)
            {
                largest = Math.Max(largest, Math.Abs(value));
            }

            scales[channel] = Math.Max(largest / most, LeastScale);
            for (int i = 0; i < size; i++)
            {
                whole[(channel * size) + i] = (sbyte)Math.Clamp(MathF.Round(row[i] / scales[channel]), -most, most);
            }
        }

        return new QuantizedWeights(whole, scales);
    }
}
