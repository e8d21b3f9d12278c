using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>The input schema, the columns added to it, and which input columns those depend on.</summary>
internal sealed class ScoringBinding
{
    public ScoringBinding(DataViewSchema input, ModelDescription description, int featureSize)
    {
        Input = input;
        Pixels = InputColumn.Find(input, description);
        FeatureSize = featureSize;
        Classes = description.Classes;

        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        int next = input.Count;
        if (description.PredictedLabelColumnName is { } predictedLabel)
        {
            PredictedLabel = next++;
            builder.AddColumn(predictedLabel, new KeyDataViewType(typeof(uint), description.Classes), ScoreAnnotations.PredictedLabel(description.ClassValues));
        }

        if (description.ScoreColumnName is { } score)
        {
            Score = next++;
            builder.AddColumn(score, new VectorDataViewType(NumberDataViewType.Single, description.Classes), ScoreAnnotations.Score(input, description.ClassValues));
        }

        if (description.FeaturesColumnName is { } features)
        {
            Features = next;
            builder.AddColumn(features, new VectorDataViewType(NumberDataViewType.Single, featureSize));
        }

        Output = builder.ToSchema();
    }

    public DataViewSchema Input { get; }

    public DataViewSchema Output { get; }

    public DataViewSchema.Column Pixels { get; }

    public int Classes { get; }

    public int FeatureSize { get; }

    /// <summary>The index of the added key, or -1.</summary>
    public int PredictedLabel { get; } = -1;

    /// <summary>The index of the added probabilities, or -1.</summary>
    public int Score { get; } = -1;

    /// <summary>The index of the added features, or -1.</summary>
    public int Features { get; } = -1;

    public bool IsAdded(int column) => column >= Input.Count;

    /// <summary>Which output columns are wanted, by index.</summary>
    public bool[] Active(IEnumerable<DataViewSchema.Column> wanted)
    {
        bool[] active = new bool[Output.Count];
        foreach (DataViewSchema.Column column in wanted)
        {
            active[column.Index] = true;
        }

        return active;
    }

    /// <summary>Whether any of the wanted columns needs the network.</summary>
    public bool NeedsNetwork(bool[] active) => active.AsSpan(Input.Count).Contains(true);

    /// <summary>The input columns without which the wanted ones cannot be given.</summary>
    public IEnumerable<DataViewSchema.Column> Dependencies(bool[] active)
    {
        bool needsNetwork = NeedsNetwork(active);
        return Input.Where(column => active[column.Index] || (needsNetwork && column.Index == Pixels.Index));
    }
}
