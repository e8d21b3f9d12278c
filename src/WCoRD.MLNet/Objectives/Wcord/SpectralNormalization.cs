using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// Divides a weight by its largest singular value, which makes the linear map 1-Lipschitz; a division by the length after it is not.
/// </summary>
/// <remarks>
/// <c>v = W'u / |W'u|, u = Wv / |Wv|</c> once per forward pass in training, never in evaluation; then <c>W / sigma</c> with
/// <c>sigma = u'Wv</c>. The gradient flows through sigma with u and v held constant. Same function as <c>torch.nn.utils.spectral_norm</c>
/// (Miyato et al. 2018).
/// </remarks>
internal sealed class SpectralNormalization : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-12;

    /// <param name="rows">Rows of the weight.</param>
    /// <param name="columns">Columns of the weight.</param>
    /// <param name="generator">Draws the start vectors; null: torch's global generator.</param>
    public SpectralNormalization(long rows, long columns, Generator? generator = null)
        : base(nameof(SpectralNormalization))
    {
        using var scope = NewDisposeScope();
        register_buffer("u", Unit(randn(rows, generator: generator)).MoveToOuterDisposeScope());
        register_buffer("v", Unit(randn(columns, generator: generator)).MoveToOuterDisposeScope());
    }

    /// <summary>The left singular vector's estimate, <c>[rows]</c>.</summary>
    public Tensor U => get_buffer("u")!;

    /// <summary>The right singular vector's estimate, <c>[columns]</c>.</summary>
    public Tensor V => get_buffer("v")!;

    /// <summary>The weight divided by sigma.</summary>
    /// <param name="input">The weight <c>[rows, columns]</c>.</param>
    /// <returns><c>[rows, columns]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        if (training)
        {
            using var noGradient = no_grad();
            V.copy_(Unit(input.t().mv(U)));
            U.copy_(Unit(input.mv(V)));
        }

        // Copies: the graph keeps them, and the next forward pass may come before backward.
        return (input / U.clone().dot(input.mv(V.clone()))).MoveToOuterDisposeScope();
    }

    private static Tensor Unit(Tensor vector) => vector / vector.norm().clamp_min(Epsilon);
}
