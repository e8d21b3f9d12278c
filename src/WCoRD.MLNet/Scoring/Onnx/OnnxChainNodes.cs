using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Writes a network's operations into a chain of ML.NET's.</summary>
/// <param name="chain">The chain.</param>
internal sealed class OnnxChainNodes(OnnxChain chain) : GraphWriter
{
    protected override string WriteNode(GraphNode node, string[] inputs) => chain.Node(node.Operator, inputs, node.Attributes);

    protected override string WriteConstant(GraphValue constant)
    {
        Tensor values = constant.Sample;
        return values.dtype == ScalarType.Int64
            ? chain.Constant(values.data<long>().ToArray(), values.shape)
            : chain.Constant(values.data<float>().ToArray(), values.shape);
    }
}
