using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A module within another, registered by the name that it is given: TorchSharp would register a field of it once more, under the
/// field's name.</summary>
/// <param name="module">The module.</param>
internal sealed class Part(nn.Module<Tensor, Tensor> module)
{
    public Tensor Call(Tensor input) => module.call(input);

    public GraphValue Trace(NetworkGraph graph, GraphValue input) => graph.Module(module, input);
}
