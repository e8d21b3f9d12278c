using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What a <see cref="FeatureNetwork"/> computes for one batch.</summary>
/// <param name="StageMaps">The maps after the stem and after each stage, in order, each <c>[batch, channels, height, width]</c>; in bfloat16 where the network computes in it.</param>
/// <param name="Features">The penultimate features <c>[batch, features]</c>: pooled, before the classifier.</param>
/// <param name="Logits">The scores before the softmax, <c>[batch, classes]</c>.</param>
public sealed record NetworkOutput(IReadOnlyList<Tensor> StageMaps, Tensor Features, Tensor Logits)
{
    /// <summary>The same maps before their rectifier, where a stage ends with one.</summary>
    /// <value>Default <see cref="StageMaps"/>.</value>
    public IReadOnlyList<Tensor> PreActivations { get; init; } = StageMaps;

    /// <summary>The same with features and logits in float32. Maps, which few objectives read, stay as they are.</summary>
    internal NetworkOutput WithSingleScores() => this with { Features = Features.to(ScalarType.Float32), Logits = Logits.to(ScalarType.Float32) };

    /// <summary>Hands all tensors to the dispose scope around the present one: the last call of a network's <c>Compute</c>.</summary>
    /// <returns>This.</returns>
    public NetworkOutput MoveToOuterDisposeScope()
    {
        // A tensor that serves twice moves once: a second move would go one scope too far.
        foreach (Tensor tensor in new HashSet<Tensor>([.. StageMaps, .. PreActivations, Features, Logits], ReferenceEqualityComparer.Instance))
        {
            tensor.MoveToOuterDisposeScope();
        }

        return this;
    }
}
