using TorchSharp.Utils;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A head that maps penultimate features onto the unit sphere where teacher and student are compared.</summary>
/// <remarks>
/// <c>g(h) = (Wh + b) / |Wh + b|</c>, as in CRD (RepDistiller's <c>Embed</c>), with <c>W / sigma(W)</c> for W where spectral normalisation
/// is on. State: <c>linear.weight</c>, <c>linear.bias</c>, and <c>spectral.u</c>, <c>spectral.v</c>.
/// </remarks>
internal sealed class ProjectionHead : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "linear")]
    private readonly TorchSharp.Modules.Linear _linear;

    [ComponentName(Name = "spectral")]
    private readonly SpectralNormalization? _spectral;

    /// <param name="features">The number of incoming features.</param>
    /// <param name="embeddingSize">The number of outgoing dimensions.</param>
    /// <param name="spectralNormalization">Whether the weight is spectrally normalised.</param>
    /// <param name="generator">Draws the weights, in PyTorch's default way; null: torch's global generator.</param>
    public ProjectionHead(long features, long embeddingSize, bool spectralNormalization, Generator? generator = null)
        : base(nameof(ProjectionHead))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(features);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(embeddingSize);
        _linear = nn.Linear(features, embeddingSize);
        if (generator is not null)
        {
            using var noGradient = no_grad();
            var bound = 1 / Math.Sqrt(features);
            _linear.weight.uniform_(-bound, bound, generator);
            _linear.bias!.uniform_(-bound, bound, generator);
        }

        _spectral = spectralNormalization ? new SpectralNormalization(embeddingSize, features, generator) : null;
        RegisterComponents();
    }

    /// <summary>The unit embeddings of features.</summary>
    /// <param name="input"><c>[batch, features]</c>.</param>
    /// <returns><c>[batch, embedding]</c>, rows of length 1, in the type of the weights.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor weight = _linear.weight;
        weight = _spectral?.forward(weight) ?? weight;
        var projected = nn.functional.linear(input.to_type(weight.dtype), weight, _linear.bias);
        return projected.UnitRows().MoveToOuterDisposeScope();
    }
}
