namespace WCoRD.MLNet;

/// <summary>A teacher whose features and scores are columns of the data.</summary>
internal sealed class ColumnTeacher(string featureColumn, string? scoreColumn) : Teacher
{
    public string FeatureColumn => featureColumn;

    public string? ScoreColumn => scoreColumn;

    private protected override bool HoldsWeights => true;

    private protected override void Free()
    {
    }
}
