using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What FT has trained first: an autoencoder of the teacher's last map, whose code the student then learns.</summary>
/// <remarks><c>mean (decode(encode(m_t)) - m_t)^2</c>. The encoder halves the teacher's channels. Part <c>paraphrase</c>.</remarks>
internal sealed class FtParaphraser : Objective
{
    private readonly Sequential _encoder;
    private readonly Sequential _decoder;

    /// <param name="channels">The channels of the teacher's last map.</param>
    /// <param name="generator">Draws the weights.</param>
    public FtParaphraser(long channels, Generator generator)
        : base("paraphrase")
    {
        long factors = Math.Max(1, channels / 2);
        _encoder = Layers(Down(channels, channels), Down(channels, factors), Down(factors, factors));
        _decoder = Layers(Up(factors, factors), Up(factors, channels), Up(channels, channels));
        register_module("encoder", _encoder);
        register_module("decoder", _decoder);
        WeightInitialization.TorchDefault(this, generator);
    }

    /// <summary>The code of a map, with half its channels.</summary>
    public Tensor Encode(Tensor map) => _encoder.call(map);

    public override ObjectiveValue Compute(DistillationStep step)
    {
        using var scope = NewDisposeScope();
        Tensor map = step.TeacherFor("ft").StageMaps[^1].detach().AtLeastSingle();
        Tensor value = (_decoder.call(Encode(map)) - map).square().mean();
        return new ObjectiveValue(value.MoveToOuterDisposeScope(), [("paraphrase", value.detach().MoveToOuterDisposeScope())]);
    }

    private static Conv2d Down(long input, long output) => nn.Conv2d(input, output, 3, padding: 1);

    private static ConvTranspose2d Up(long input, long output) => nn.ConvTranspose2d(input, output, 3, padding: 1);

    private static Sequential Layers(params nn.Module<Tensor, Tensor>[] convolutions) =>
        nn.Sequential([.. convolutions.SelectMany(convolution => new[] { convolution, nn.LeakyReLU(FtObjective.Slope, inplace: true) })]);
}
