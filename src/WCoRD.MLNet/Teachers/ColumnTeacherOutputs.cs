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
    public ColumnTeacherOutputs(Tensor features, Tensor? scores, TaughtClasses classes)
    {
        using var scope = NewDisposeScope();
        _features = features.to(ScalarType.Float32).MoveToOuterDisposeScope();
        // Without scores of the rows' classes: as many rows of no classes.
        _logits = (scores is null || classes.Count == 0
                ? _features.narrow(1, 0, 0)
                : TeacherScores.Of(Logits(scores.to(ScalarType.Float32)), classes))
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
            batch.OfShare(_features.index_select(0, batch.Rows)).to(batch.Pixels.device),
            batch.OfShare(_logits.index_select(0, batch.Rows)).to(batch.Pixels.device));

    public override Tensor? Input(Batch batch) => null;

    public override void Dispose()
    {
        _features.Dispose();
        _logits.Dispose();
    }

    private static Tensor Logits(Tensor scores) =>
        TeacherScores.AreProbabilities(scores) ? TeacherScores.Logarithms(scores) : scores;
}
