using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A block of a network that ends with a rectifier.</summary>
internal abstract class RectifiedBlock(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>The block's map before its last rectifier; a tensor of its own, that may be changed in place.</summary>
    public abstract Tensor BeforeRectifier(Tensor input);

    public override Tensor forward(Tensor input) => BeforeRectifier(input).relu_();
}
