using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// Measures a teacher on some of the rows before the first epoch: one that reads pixels of another scale, or knows other classes, would
/// teach nonsense without a word.
/// </summary>
/// <param name="name">What the teacher is called.</param>
/// <param name="outputs">The teacher.</param>
/// <param name="classes">The number of classes that it scores; 0: none.</param>
internal sealed class TeacherCheck(string name, TeacherOutputs outputs, int classes)
{
    private const int RowsMeasured = 512;
    private const int BatchSize = 64;

    // Pictures that suit a normalisation lie well within: pixels of [0, 1] where bytes are expected have deviation 0.004.
    private const double FarMean = 1.5;
    private const double SmallDeviation = 0.2;
    private const double LargeDeviation = 5;

    private long _labelled;
    private long _right;
    private double _values;
    private double _sum;
    private double _squares;

    /// <summary>Measures, says what was found in one line, and warns of what looks wrong.</summary>
    /// <param name="examples">What is learned from, of which up to 512 rows are taken, evenly spread.</param>
    /// <param name="channel">Told the line and what looks wrong.</param>
    /// <exception cref="InvalidOperationException">The teacher gives numbers that are not finite.</exception>
    public void Run(TrainingExamples examples, TrainingChannel channel)
    {
        int count = Math.Min(RowsMeasured, examples.Count);
        int[] rows = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * examples.Count / count))];
        foreach (int[] batch in rows.Chunk(BatchSize))
        {
            channel.CheckCanceled();
            Measure(examples, batch);
        }

        string accuracy = _labelled == 0
            ? ""
            : Invariant($" classifies {100.0 * _right / _labelled:F1} % of {_labelled} training rows rightly");
        string input = _values == 0 ? "" : Invariant($" sees a normalised input of mean {Mean:F2} and deviation {Deviation:F2}");
        if (accuracy.Length + input.Length > 0)
        {
            channel.Say($"teacher {name}{accuracy}{(accuracy.Length > 0 && input.Length > 0 ? " and" : "")}{input}");
        }

        bool isFar = _values > 0 && (Math.Abs(Mean) > FarMean || Deviation is < SmallDeviation or > LargeDeviation);
        if (IsNearChance([.. rows.Select(row => examples.Labels[row])]) || isFar)
        {
            channel.Warn($"The teacher {name}{accuracy}{(accuracy.Length > 0 && input.Length > 0 ? " and" : "")}{input}: "
                + $"that is {(isFar ? "far from the mean 0 and deviation 1 of a teacher's own images" : "near chance")}. "
                + "Check its normalisation, the scale of the pixels (0 to 255 or 0 to 1) and the order of the classes.");
        }
    }

    private double Mean => _sum / _values;

    private double Deviation => Math.Sqrt(Math.Max(0, (_squares / _values) - (Mean * Mean)));

    private void Measure(TrainingExamples examples, int[] rows)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Batch batch = examples.Still(rows);
        if (outputs.Input(batch) is { } input)
        {
            _values += input.numel();
            _sum += input.sum(ScalarType.Float64).ToDouble();
            _squares += input.to(ScalarType.Float64).square().sum().ToDouble();
        }

        NetworkOutput output = outputs.Compute(batch);
        CheckFinite("features", output.Features, batch.Rows);
        CheckFinite("scores", output.Logits, batch.Rows);
        if (classes > 0)
        {
            _labelled += batch.Labels.ne(DistillationStep.NoLabel).sum().ToInt64();
            _right += output.Logits.argmax(1).eq(batch.Labels).sum().ToInt64();
        }
    }

    private void CheckFinite(string what, Tensor values, Tensor rows)
    {
        using var scope = NewDisposeScope();
        Tensor faulty = values.isfinite().logical_not().any(1);
        if (faulty.any().ToBoolean())
        {
            throw new InvalidOperationException(
                Invariant($"The teacher {name} gives {what} that are NaN or infinite ")
                    + Invariant($"for row {rows[faulty.to(ScalarType.Int32).argmax().ToInt64()].ToInt64()}: ")
                    + "expected finite numbers. Check its weights, its normalisation and that row.");
        }
    }

    private bool IsNearChance(long[] labels) => _labelled > 0 && Chance.IsNear((double)_right / _labelled, Chance.Of(labels), _labelled);
}
