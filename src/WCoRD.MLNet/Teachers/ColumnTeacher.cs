using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>A teacher whose features and scores are columns of the data.</summary>
internal sealed class ColumnTeacher(string featureColumn, string? scoreColumn) : Teacher
{
    private const string FeatureOption = nameof(featureColumn);
    private const string ScoreOption = nameof(scoreColumn);

    private protected override bool HoldsWeights => true;

    internal override void Check(StudentTrainingOptions options)
    {
        // The student's scores may hide the teacher's, and its features the teacher's, as a second trainer's do in any chain of ML.NET;
        // anything else is a slip.
        (_, string? predictedLabel, string? features) = options.Added;
        foreach ((string option, string? added, string other, string? read) in ((string, string?, string, string?)[])
        [
            (nameof(options.PredictedLabelColumnName), predictedLabel, FeatureOption, featureColumn),
            (nameof(options.PredictedLabelColumnName), predictedLabel, ScoreOption, scoreColumn),
            (nameof(options.FeaturesColumnName), features, ScoreOption, scoreColumn),
        ])
        {
            if (added is not null && added == read)
            {
                throw new ArgumentException(
                    $"{option} is '{added}': expected another name than the teacher's {other}, whose column it would hide.");
            }
        }
    }

    internal override void Check(StudentTrainingOptions options, SchemaShape shape)
    {
        VectorColumn.Check(shape, FeatureOption, featureColumn);
        if (scoreColumn is not null)
        {
            VectorColumn.Check(shape, ScoreOption, scoreColumn);
        }
    }

    internal override BoundTeacher Bind(StudentTrainingOptions options, DataViewSchema schema, ImageColumn image, LabelColumn? label)
    {
        if (options.TeacherInputColumnName is { } images)
        {
            throw new ArgumentException(
                $"TeacherInputColumnName is '{images}', but the teacher is made of columns and reads no images: leave it null.");
        }

        if (options.MixUp > 0)
        {
            throw new ArgumentException(
                Invariant($"MixUp is {options.MixUp}, but the teacher is made of columns, which tell nothing of mixed images: ")
                    + "expected 0, or a teacher that sees images.");
        }

        VectorColumn features = VectorColumn.Find(schema, FeatureOption, featureColumn);
        VectorColumn? scores = scoreColumn is null ? null : VectorColumn.Find(schema, ScoreOption, scoreColumn);
        TaughtClasses classes = scores is null
            ? TaughtClasses.None($"the teacher gives no scores: name its {ScoreOption} in Teacher.FromColumns.")
            : TaughtClasses.Of(scores.Size, SlotNames.Of(scores.Column), $"the teacher's column '{scores.Column.Name}'", label);
        return new BoundColumnTeacher(features, scores, Augmentation.Of(options, image), classes);
    }

    private protected override void Free()
    {
    }
}
