using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What a <see cref="FeatureNetwork"/> computes for one batch.</summary>
public sealed class NetworkOutput
{
    /// <summary>Creates an output.</summary>
    /// <param name="stageMaps">The maps after the stem and after each stage, in order, each <c>[batch, channels, height,
    /// width]</c>.</param>
    /// <param name="features">The penultimate features <c>[batch, features]</c>: pooled, before the classifier.</param>
    /// <param name="logits">The scores before the softmax, <c>[batch, classes]</c>.</param>
    public NetworkOutput(IReadOnlyList<Tensor> stageMaps, Tensor features, Tensor logits) =>
        (StageMaps, PreActivations, Features, Logits) = (stageMaps, stageMaps, features, logits);

    /// <summary>
    /// The maps after the stem and after each stage, in order, each <c>[batch, channels, height, width]</c>; in bfloat16 where the network
    /// computes in it.
    /// </summary>
    public IReadOnlyList<Tensor> StageMaps { get; }

    /// <summary>The same maps before their rectifier, where a stage ends with one.</summary>
    /// <value>Default <see cref="StageMaps"/>.</value>
    public IReadOnlyList<Tensor> PreActivations { get; init; }

    /// <summary>The penultimate features <c>[batch, features]</c>: pooled, before the classifier.</summary>
    public Tensor Features { get; }

    /// <summary>The scores before the softmax, <c>[batch, classes]</c>.</summary>
    public Tensor Logits { get; }

    /// <summary>The same maps with other features and logits.</summary>
    internal NetworkOutput With(Tensor features, Tensor logits) => new(StageMaps, features, logits) { PreActivations = PreActivations };

    /// <summary>The same with features and logits in float32. Maps, which few objectives read, stay as they are.</summary>
    internal NetworkOutput WithSingleScores() => With(Features.to(ScalarType.Float32), Logits.to(ScalarType.Float32));

    /// <summary>Hands all tensors to the dispose scope around the present one: the last call of a network's <c>Compute</c>.</summary>
    /// <returns>This.</returns>
    public NetworkOutput MoveToOuterDisposeScope()
    {
        // A tensor that serves twice moves once: a second move would go one scope too far.
        foreach (Tensor tensor in new HashSet<Tensor>(
            [.. StageMaps, .. PreActivations, Features, Logits], ReferenceEqualityComparer.Instance))
        {
            tensor.MoveToOuterDisposeScope();
        }

        return this;
    }
}
