using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Computes ONNX's operations by libtorch.</summary>
internal static class GraphOperators
{
    /// <summary>Computes a whole graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">Normalised images.</param>
    /// <param name="visit">Told the tensor of every value on the way, in order; it may not keep it.</param>
    public static void Compute(NetworkGraph graph, Tensor input, Action<GraphValue, Tensor> visit)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var values = graph.Constants.ToDictionary(constant => constant.Name, constant => constant.Sample);
        values.Add(graph.Input.Name, input);
        visit(graph.Input, input);
        foreach (GraphNode node in graph.Nodes)
        {
            Tensor output = Compute(node, [.. node.Inputs.Select(value => values[value.Name])]);
            values.Add(node.Output.Name, output);
            visit(node.Output, output);
        }
    }

    /// <summary>Computes an operation.</summary>
    /// <exception cref="NotSupportedException">The operator is not known.</exception>
    public static Tensor Compute(GraphNode node, Tensor[] x) => node.Operator switch
    {
        "Add" => x[0] + x[1],
        "AveragePool" => nn.functional.avg_pool2d(
            x[0],
            node.Numbers("kernel_shape"),
            node.Numbers("strides", 1, 1),
            Padding(node),
            count_include_pad: node.Number("count_include_pad") == 1),
        "BatchNormalization" => nn.functional.batch_norm(x[0], x[3], x[4], x[1], x[2], training: false, eps: node.Real("epsilon")),
        "Clip" => x[0].clamp(x[1], x[2]),
        "Concat" => cat(x, node.Number("axis")),
        "Conv" when ConvolutionRepairs.ArePointwiseWrong && ConvolutionRepairs.IsPointwise(x[1]) => ConvolutionRepairs.Product(
            x[0], x[1], x.ElementAtOrDefault(2), node.Numbers("strides", 1, 1), Padding(node), node.Number("group", 1)),
        "Conv" => nn.functional.conv2d(
            x[0],
            x[1],
            x.ElementAtOrDefault(2),
            node.Numbers("strides", 1, 1),
            Padding(node),
            node.Numbers("dilations", 1, 1),
            node.Number("group", 1)),
        "Elu" => nn.functional.elu(x[0], node.Real("alpha")),
        "Erf" => x[0].erf(),
        "Flatten" => x[0].flatten(1),
        "Gemm" => nn.functional.linear(x[0], x[1], x.ElementAtOrDefault(2)),
        "GlobalAveragePool" => x[0].mean([2, 3], keepdim: true),
        "HardSigmoid" => ((x[0] * node.Real("alpha")) + node.Real("beta")).clamp(0, 1),
        "Identity" => x[0].alias(),
        "LeakyRelu" => nn.functional.leaky_relu(x[0], node.Real("alpha")),
        "MaxPool" => nn.functional.max_pool2d(
            x[0], node.Numbers("kernel_shape"), node.Numbers("strides", 1, 1), Padding(node), node.Numbers("dilations", 1, 1)),
        "Mul" => x[0] * x[1],
        "PRelu" => x[0].clamp_min(0) + (x[1] * x[0].clamp_max(0)),
        "Relu" => x[0].relu(),
        "Reshape" => x[0].reshape(x[1].data<long>().ToArray()),
        "Sigmoid" => x[0].sigmoid(),
        "Slice" => x[0].slice(x[3].ToInt64(), x[1].ToInt64(), x[2].ToInt64(), 1),
        "Softmax" => x[0].softmax(node.Number("axis", 1)),
        "Tanh" => x[0].tanh(),
        "Transpose" => x[0].permute(node.Numbers("perm")),
        _ => throw new NotSupportedException(
            $"The operator '{node.Operator}' is not known: expected one of those that NetworkGraph.Node lists."),
    };

    // Both sides alike: what the others ask for, libtorch does not compute.
    private static long[] Padding(GraphNode node)
    {
        long[] pads = node.Numbers("pads", 0, 0, 0, 0);
        return pads is [var top, var left, var bottom, var right] && top == bottom && left == right ? [top, left]
            : throw new NotSupportedException(
                $"The operator '{node.Operator}' is padded by [{InvariantText.Join(", ", pads)}]: "
                    + "expected as much above as below, and left as right.");
    }
}
