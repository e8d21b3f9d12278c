using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// Dropout whose draws are a training's own, so that the same seed gives the same model and a resumed training goes on as if it had not
/// stopped.
/// </summary>
internal sealed class SeededDropout : nn.Module<Tensor, Tensor>, IGraphModule
{
    private readonly double _rate;
    private readonly bool _wholeExamples;

    /// <param name="rate">The share that is set to 0, in [0, 1); what is left grows by as much.</param>
    /// <param name="wholeExamples">Whether an example is dropped as a whole (stochastic depth, Huang et al., 2016), not number by
    /// number.</param>
    public SeededDropout(double rate, bool wholeExamples)
        : base(nameof(SeededDropout))
    {
        (_rate, _wholeExamples) = (rate, wholeExamples);
    }

    /// <summary>Where it draws from; null: torch's global stream.</summary>
    public Generator? Draws { get; set; }

    /// <summary>What it sees of the batch that is drawn for; null: all of it.</summary>
    public BatchShare? Share { get; set; }

    /// <summary>What learns no more drops nothing.</summary>
    public GraphValue Trace(NetworkGraph graph, GraphValue input) => input;

    public override Tensor forward(Tensor input)
    {
        if (!training || _rate == 0)
        {
            return input.alias();
        }

        using var scope = NewDisposeScope();
        long examples = Share?.Total ?? input.shape[0];
        long[] shape = [examples, .. _wholeExamples ? Enumerable.Repeat(1L, (int)input.dim() - 1) : input.shape[1..]];

        // Drawn on the CPU, in float32: the same on every device and in every precision.
        Tensor kept = empty(shape).bernoulli_(1 - _rate, Draws).div_(1 - _rate);
        kept = Share?.Of(kept) ?? kept;
        return (input * kept.to(input.dtype).to(input.device)).MoveToOuterDisposeScope();
    }
}
