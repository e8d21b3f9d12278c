namespace WCoRD.MLNet;

/// <summary>ML.NET's names of column annotations, which it keeps internal, and the values we give them.</summary>
internal static class AnnotationNames
{
    public const string KeyValues = nameof(KeyValues);
    public const string SlotNames = nameof(SlotNames);
    public const string TrainingLabelValues = nameof(TrainingLabelValues);
    public const string ScoreColumnKind = nameof(ScoreColumnKind);
    public const string ScoreValueKind = nameof(ScoreValueKind);
    public const string ScoreColumnSetId = nameof(ScoreColumnSetId);
    public const string MulticlassClassification = nameof(MulticlassClassification);
    public const string Score = nameof(Score);
}
