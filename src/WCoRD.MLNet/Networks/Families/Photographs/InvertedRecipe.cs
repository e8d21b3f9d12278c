using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What makes one network of inverted residual blocks another.</summary>
internal sealed record InvertedRecipe
{
    /// <summary>The channels of the stem's map.</summary>
    public required int Stem { get; init; }

    /// <summary>The blocks, stage by stage.</summary>
    public required IReadOnlyList<IReadOnlyList<InvertedShape>> Stages { get; init; }

    /// <summary>Whether names count stages and blocks within, not all blocks in one row.</summary>
    public bool NamesStages { get; init; }

    /// <summary>The channels of the last map, which is pooled.</summary>
    public required int Head { get; init; }

    /// <summary>The features of a layer between the pool and the classifier; null: the pooled map is classified.</summary>
    public int? Hidden { get; init; }

    /// <summary>What a block's row of layers is called.</summary>
    public string BlockName { get; init; } = "block";

    /// <summary>Whether a block's last convolution and norm are named in its row, not as a pair of their own.</summary>
    public bool BareProjection { get; init; }

    /// <summary>The activation of stem, head and blocks that name no other.</summary>
    public required Activation Activation { get; init; }

    /// <summary>The activation within an excitation.</summary>
    public Activation SqueezeActivation { get; init; } = Activation.Relu;

    /// <summary>The last function of an excitation.</summary>
    public Activation Gate { get; init; } = Activation.Sigmoid;

    /// <summary>What every batch norm adds to a variance, and a batch's share in its statistics.</summary>
    public (double Eps, double Momentum) Norm { get; init; } = (NormalizedConvolution.NormEps, 0.1);

    /// <summary>The stochastic depth of a block behind the last one; it grows from 0 block by block.</summary>
    public double LastDropRate { get; init; }

    /// <summary>Draws the classifier's first weights.</summary>
    public required Action<TorchSharp.Modules.Linear, Generator?> Initialize { get; init; }
}
