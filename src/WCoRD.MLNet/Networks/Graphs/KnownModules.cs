using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Writes down TorchSharp's modules: the one place to add another.</summary>
internal static class KnownModules
{
    /// <exception cref="NotSupportedException">The module is not known, or set as ONNX has no operator for.</exception>
    public static GraphValue Trace(NetworkGraph graph, nn.Module module, GraphValue input) => module switch
    {
        Conv2d convolution => Convolution(graph, convolution, input, convolution.stride),
        BatchNorm2d norm => Norm(graph, norm, input),
        Linear linear => graph.Node("Gemm", [input, .. Weights(graph, linear.weight, linear.bias)], ("transB", 1L)),
        Sequential chain => chain.children().Aggregate(input, (value, part) => graph.Module(part, value)),
        ReLU => graph.Relu(input),
        ReLU6 => graph.Clip(input, 0, 6),
        LeakyReLU leaky => graph.Node("LeakyRelu", [input], ("alpha", (float)leaky.negative_slope)),
        ELU elu => graph.Node("Elu", [input], ("alpha", (float)elu.alpha)),
        PReLU learned => graph.Node("PRelu", [input, graph.Constant(learned.weight.view(-1, 1, 1))]),
        SiLU => Activation.Silu.Trace(graph, input),
        Hardswish => Activation.Hardswish.Trace(graph, input),
        Hardsigmoid => Activation.Hardsigmoid.Trace(graph, input),
        Sigmoid => Activation.Sigmoid.Trace(graph, input),
        Tanh => graph.Node("Tanh", [input]),
        GELU gelu when $"{gelu.approximate}" == "none" => Gelu(graph, input),
        MaxPool2d pool when !pool.ceil_mode => graph.Node(
            "MaxPool",
            [input],
            [.. Window(pool.kernel_size, pool.stride ?? pool.kernel_size, pool.padding), ("dilations", Pair(pool.dilation, 1))]),
        AvgPool2d pool when !pool.ceil_mode && pool.divisor_override is null => graph.Node(
            "AveragePool",
            [input],
            [
                .. Window(pool.kernel_size, pool.stride ?? pool.kernel_size, pool.padding),
                ("count_include_pad", pool.count_include_pad ? 1L : 0L),
            ]),
        AdaptiveAvgPool2d pool when pool.output_size.All(side => side == 1) => graph.Means(input),
        Flatten { start_dim: 1, end_dim: -1 } => graph.Node("Flatten", [input], ("axis", 1L)),
        Dropout or Dropout2d or Identity => input,
        _ => throw new NotSupportedException(
            $"The module {module.GetType().Name} cannot be exported, or not as it is set: "
                + $"expected modules of TorchSharp that are known, or one that implements {nameof(IGraphModule)}. "
                + $"Where it is your own, implement that; else override {nameof(FeatureNetwork)}.{nameof(FeatureNetwork.Trace)}."),
    };

    /// <summary>Writes down a convolution.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="stride">Its stride.</param>
    public static GraphValue Convolution(NetworkGraph graph, Conv2d layer, GraphValue input, params long[] stride) =>
        layer.padding_type is null or TorchSharp.Padding.Valid && layer.padding_mode == PaddingModes.Zeros
            ? graph.Node(
                "Conv",
                [input, .. Weights(graph, layer.weight, layer.bias)],
                [.. Window(layer.kernel_size, stride, layer.padding), ("dilations", Pair(layer.dilation, 1)), ("group", layer.groups)])
            : throw new NotSupportedException(
                $"A convolution is padded by {layer.padding_type} {layer.padding_mode}: expected zeros, as many as a number says.");

    private static GraphValue Norm(NetworkGraph graph, BatchNorm2d norm, GraphValue input)
    {
        Tensor mean = norm.running_mean ?? throw new NotSupportedException(
            "A batch norm keeps no statistics (track_running_stats false): expected those that it learned.");
        Tensor[] numbers = [norm.weight ?? ones_like(mean), norm.bias ?? zeros_like(mean), mean, norm.running_var!];
        return graph.Node("BatchNormalization", [input, .. numbers.Select(graph.Constant)], ("epsilon", (float)norm.eps));
    }

    private static GraphValue Gelu(NetworkGraph graph, GraphValue input)
    {
        GraphValue erf = graph.Node("Erf", [graph.Multiply(input, graph.Constant(tensor((float)Math.Sqrt(0.5))))]);
        GraphValue half = graph.Multiply(input, graph.Constant(tensor(0.5f)));
        return graph.Add(half, graph.Multiply(half, erf));
    }

    private static IEnumerable<GraphValue> Weights(NetworkGraph graph, Tensor weight, Tensor? bias) =>
        bias is null ? [graph.Constant(weight)] : [graph.Constant(weight), graph.Constant(bias)];

    private static (string Name, object Value)[] Window(long[] kernel, long[] stride, long[]? padding)
    {
        long[] pads = Pair(padding, 0);
        return [("kernel_shape", Pair(kernel, 1)), ("strides", Pair(stride, 1)), ("pads", (long[])[.. pads, .. pads])];
    }

    // TorchSharp has one number where both sides are alike.
    private static long[] Pair(long[]? sides, long otherwise) => sides switch
    {
        null or [] => [otherwise, otherwise],
        [var one] => [one, one],
        _ => sides,
    };
}
