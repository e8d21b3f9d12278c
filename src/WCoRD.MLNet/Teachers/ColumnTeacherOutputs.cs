using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Features and scores that were read with the rows: looked up, whatever the view.</summary>
internal sealed class ColumnTeacherOutputs : TeacherOutputs
{
    // Below every probability that float32 scores tell apart from 0, and with a finite logarithm.
    private const double LeastProbability = 1e-12;

    private readonly Tensor _features;
    private readonly Tensor _logits;

    /// <param name="features"><c>[rows, features]</c>; this disposes it.</param>
    /// <param name="scores">Probabilities or logits <c>[rows, classes]</c>; null: none. This disposes it.</param>
    /// <param name="classes">Which of the rows' classes the scores are of.</param>
    public ColumnTeacherOutputs(Tensor features, Tensor? scores, TaughtClasses classes)
    {
        using var scope = NewDisposeScope();
        _features = features.to(ScalarType.Float32).MoveToOuterDisposeScope();
        // Without scores of the rows' classes: as many rows of no classes.
        _logits = (scores is null || classes.Count == 0
                ? _features.narrow(1, 0, 0)
                : Ordered(Logits(scores.to(ScalarType.Float32)), classes.Order))
            .MoveToOuterDisposeScope();
        if (!ReferenceEquals(features, _features))
        {
            features.Dispose();
        }

        scores?.Dispose();
    }

    public override NetworkOutput Compute(Batch batch) =>
        new(
            [],
            _features.index_select(0, batch.Rows).to(batch.Pixels.device),
            _logits.index_select(0, batch.Rows).to(batch.Pixels.device));

    public override Tensor? Input(Batch batch) => null;

    public override void Dispose()
    {
        _features.Dispose();
        _logits.Dispose();
    }

    private static Tensor Ordered(Tensor logits, int[]? order) =>
        order is null ? logits : logits.index_select(1, tensor(order.Select(place => (long)place).ToArray()));

    /// <remarks>
    /// Of probabilities the logarithm: soft targets of it are those of the logits, which differ from it by a constant in each row.
    /// </remarks>
    internal static Tensor Logits(Tensor scores)
    {
        using var scope = NewDisposeScope();
        bool areProbabilities = scores.ge(0).all().ToBoolean() && (scores.sum(1) - 1).abs().lt(1e-3).all().ToBoolean();
        return (areProbabilities ? scores.clamp_min(LeastProbability).log() : scores.clone()).MoveToOuterDisposeScope();
    }
}
