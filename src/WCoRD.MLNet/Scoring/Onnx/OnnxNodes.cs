using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Writes a network's operations into a file, in the numbers that it has.</summary>
/// <param name="file">The file.</param>
internal class OnnxNodes(OnnxBuilder file) : GraphWriter
{
    protected OnnxBuilder File => file;

    protected override string WriteNode(GraphNode node, string[] inputs)
    {
        file.Node(node.Operator, inputs, node.Output.Name, node.Attributes);
        return node.Output.Name;
    }

    protected override string WriteConstant(GraphValue constant)
    {
        Tensor values = constant.Sample;
        return values.dtype == ScalarType.Int64
            ? file.Tensor(constant.Name, OnnxType.Int64, values.data<long>().ToArray(), values.shape)
            : file.Tensor(constant.Name, OnnxType.Float, values.data<float>().ToArray(), values.shape);
    }
}
