using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Features and scores that were read with the rows: looked up, whatever the view.</summary>
internal sealed class ColumnTeacherOutputs : TeacherOutputs
{
    private readonly Tensor _features;
    private readonly Tensor _logits;

    /// <param name="features"><c>[rows, features]</c>; this disposes it.</param>
    /// <param name="scores">Probabilities or logits <c>[rows, classes]</c>; null: none. This disposes it.</param>
    /// <param name="classes">Which of the rows' classes the scores are of.</param>
    /// <param name="ranks">Those that have read the other rows; null: all are here.</param>
    public ColumnTeacherOutputs(Tensor features, Tensor? scores, TaughtClasses classes, RankGroup? ranks = null)
    {
        using var scope = NewDisposeScope();
        _features = features.to(ScalarType.Float32).MoveToOuterDisposeScope();
        // Without scores of the rows' classes: as many rows of no classes.
        _logits = (scores is null || classes.Count == 0
                ? _features.narrow(1, 0, 0)
                : TeacherScores.Of(Logits(scores.to(ScalarType.Float32), ranks), classes))
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
            batch.OfShare(batch.Select(_features)).to(batch.Pixels.device),
            batch.OfShare(batch.Select(_logits)).to(batch.Pixels.device));

    public override Tensor? Input(Batch batch) => null;

    public override void Dispose()
    {
        _features.Dispose();
        _logits.Dispose();
    }

    // Probabilities only where they are that in all rows, whoever has read them.
    private static Tensor Logits(Tensor scores, RankGroup? ranks)
    {
        bool areProbabilities = TeacherScores.AreProbabilities(scores);
        return (ranks?.Sum(areProbabilities ? 0.0 : 1) == 0) || (ranks is null && areProbabilities) ? TeacherScores.Logarithms(scores) : scores;
    }
}
