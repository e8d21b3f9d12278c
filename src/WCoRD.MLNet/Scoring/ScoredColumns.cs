using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The columns that a network adds.</summary>
internal sealed class ScoredColumns : StageColumns
{
    /// <exception cref="ArgumentException">The image column is absent, or of another type or size.</exception>
    public ScoredColumns(DataViewSchema input, NetworkScorer scorer)
        : base(input)
    {
        ModelDescription description = scorer.Description;
        Scorer = scorer;
        Images = ImageColumn.Find(
            input,
            nameof(description.InputColumnName),
            description.InputColumnName,
            [description.Channels, description.Height, description.Width],
            "the model");

        // The size of the features is the network's to know; without that column the network is not needed yet.
        FeatureSize = description.FeaturesColumnName is null ? 0 : scorer.FeatureSize;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        int next = input.Count;
        if (description.PredictedLabelColumnName is { } predictedLabel)
        {
            PredictedLabel = next++;
            builder.AddColumn(
                predictedLabel,
                new KeyDataViewType(typeof(uint), description.Classes),
                ScoreAnnotations.PredictedLabel(description.ClassValues));
        }

        if (description.ScoreColumnName is { } score)
        {
            Score = next++;
            builder.AddColumn(
                score,
                new VectorDataViewType(NumberDataViewType.Single, description.Classes),
                ScoreAnnotations.Score(input, description.ClassValues));
        }

        if (description.FeaturesColumnName is { } features)
        {
            Features = next;
            builder.AddColumn(features, new VectorDataViewType(NumberDataViewType.Single, FeatureSize));
        }

        Output = builder.ToSchema();
    }

    public override DataViewSchema Output { get; }

    public NetworkScorer Scorer { get; }

    public ImageColumn Images { get; }

    public int Classes => Scorer.Description.Classes;

    public int FeatureSize { get; }

    /// <summary>The index of the added key, or -1.</summary>
    public int PredictedLabel { get; } = -1;

    /// <summary>The index of the added probabilities, or -1.</summary>
    public int Score { get; } = -1;

    /// <summary>The index of the added features, or -1.</summary>
    public int Features { get; } = -1;

    // One by one go the rows of which nothing is scored, and those with values that cannot be kept for a batch.
    public override DataViewRowCursor Cursor(DataViewRowCursor rows, bool[] active)
    {
        bool canKeep = Input.All(column => !active[column.Index] || RowBuffer.Supports(column.Type));
        int batch = Scorer.Description.BatchSize;
        return batch > 1 && canKeep && IsAnyAdded(active) ? new BatchCursor(rows, this, active, batch) : base.Cursor(rows, active);
    }

    public override Func<int, Delegate> Getters(DataViewRow row, bool[] active)
    {
        var batch = new ScoredBatch(row, this, active, rows: 1);
        Action score = RowGetters.OncePerRow(row, () =>
        {
            batch.Read(0);
            batch.Compute(1);
        });
        return column => batch.Getter(column, () =>
        {
            score();
            return 0;
        });
    }

    public override void Write(OnnxChain chain)
    {
        ModelDescription description = Scorer.Description;
        using var scope = NewDisposeScope();
        TracedNetwork traced = Scorer.Trace();
        var names = new OnnxChainNodes(chain);
        names.Write(traced, Images.Write(chain, $"'{description.Network}'"), withScores: Score >= 0);
        if (Features >= 0)
        {
            chain.Give(Output[Features].Name, Output[Features].Type, "Identity", [names.Name(traced.Features)]);
        }

        if (Score >= 0)
        {
            chain.Give(Output[Score].Name, Output[Score].Type, "Identity", [names.Name(traced.Scores)]);
        }

        if (PredictedLabel >= 0)
        {
            // Keys count from 1.
            string best = chain.Node("ArgMax", [names.Name(traced.Logits)], ("axis", 1L), ("keepdims", 1L));
            string key = chain.Node("Add", [best, chain.Constant([1L], 1)]);
            chain.Give(Output[PredictedLabel].Name, Output[PredictedLabel].Type, "Cast", [key], ("to", typeof(uint)));
        }
    }

    protected override bool IsSource(DataViewSchema.Column column) => column.Index == Images.Column.Index;
}
