namespace WCoRD.MLNet;

/// <summary>Writes a graph's operations for numbers of eight bits (QDQ: each quantised value is followed by what turns it back, and the
/// runtime makes one operation of what stands between two).</summary>
/// <remarks>
/// Activations are uint8 with one scale for a value, weights int8 with one scale for each output channel and 0 in the middle, biases int32
/// in the product of both scales.
/// </remarks>
/// <param name="file">The file.</param>
/// <param name="ranges">The values that are quantised, and their ranges.</param>
/// <param name="reduceRange">Whether weights take seven bits.</param>
internal sealed class QuantizedOnnxNodes(
    OnnxBuilder file, IReadOnlyDictionary<GraphValue, (double Least, double Most)> ranges, bool reduceRange)
    : OnnxNodes(file)
{
    private readonly Dictionary<GraphValue, (string Name, Quantization Scale)> _quantized = [];

    protected override string[] InputsOf(GraphNode node)
    {
        string[] inputs = [.. node.Inputs.Select(input => _quantized.TryGetValue(input, out var quantized) ? quantized.Name : "")];
        if (node.Operator is "Conv" or "Gemm" && _quantized.TryGetValue(node.Inputs[0], out var data))
        {
            WriteWeights(node, data.Scale.Scale, inputs);
        }

        return [.. inputs.Zip(node.Inputs, (name, input) => name.Length > 0 ? name : Read(input))];
    }

    protected override string WriteNode(GraphNode node, string[] inputs)
    {
        string name = base.WriteNode(node, inputs);
        if (!ranges.TryGetValue(node.Output, out (double Least, double Most) range))
        {
            return name;
        }

        Quantization scale = QuantizedValues.Moving.Contains(node.Operator) && _quantized.TryGetValue(node.Inputs[0], out var moved)
            ? moved.Scale
            : Quantization.Of(range);
        string[] numbers =
        [
            File.Tensor($"{name}_scale", OnnxType.Float, [scale.Scale]), File.Tensor($"{name}_zero", OnnxType.UInt8, [scale.Zero]),
        ];
        File.Node("QuantizeLinear", [name, .. numbers], $"{name}_q");
        File.Node("DequantizeLinear", [$"{name}_q", .. numbers], $"{name}_dq");
        _quantized.Add(node.Output, ($"{name}_dq", scale));
        return name;
    }

    private void WriteWeights(GraphNode node, float inputScale, string[] names)
    {
        (sbyte[] whole, float[] scales) = QuantizedWeights.Of(node.Inputs[1], reduceRange);
        names[1] = Dequantized(node.Inputs[1], OnnxType.Int8, whole, scales);
        if (node.Inputs.Count > 2)
        {
            GraphValue bias = node.Inputs[2];
            float[] steps = Array.ConvertAll(scales, scale => scale * inputScale);
            int[] sums =
            [
                .. bias.Sample.data<float>().ToArray().Zip(
                    steps, (value, step) => (int)Math.Clamp(Math.Round((double)value / step), int.MinValue, int.MaxValue)),
            ];
            names[2] = Dequantized(bias, OnnxType.Int32, sums, steps);
        }
    }

    private string Dequantized<T>(GraphValue constant, OnnxType type, T[] whole, float[] scales)
        where T : struct
    {
        string name = constant.Name;
        string[] numbers =
        [
            File.Tensor($"{name}_q", type, whole, constant.Sample.shape),
            File.Tensor($"{name}_scale", OnnxType.Float, scales, scales.Length),
            File.Tensor($"{name}_zero", type, new T[scales.Length], scales.Length),
        ];
        File.Node("DequantizeLinear", numbers, $"{name}_dq", [("axis", 0L)]);
        return $"{name}_dq";
    }
}
