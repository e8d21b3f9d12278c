using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>Brings the labels of scored rows into the order of the scores, in which ML.NET's evaluator compares them.</summary>
internal static class AlignedLabels
{
    private const string Remedy = "Evaluate on rows of the classes that the model knows.";

    /// <summary>The rows with their labels in the order of the scores.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="scored">The rows.</param>
    /// <param name="label">Their label.</param>
    /// <param name="scoreColumnName">Their scores, which may name their classes.</param>
    /// <param name="order">For each class of the label its place in the scores; null: at its own place, and the rows are as they
    /// were.</param>
    /// <exception cref="ArgumentException">The scores are of other classes.</exception>
    public static IDataView Of(MLContext mlContext, IDataView scored, LabelColumn label, string scoreColumnName, out int[]? order)
    {
        order = scored.Schema.GetColumnOrNull(scoreColumnName) is { } scores
            ? ClassOrder.Map(
                label.ClassNames, $"column '{label.Column.Name}'", SlotNames.Of(scores), $"the model's column '{scoreColumnName}'", Remedy)
            : null;
        if (order is null)
        {
            return scored;
        }

        // Keys of any type become numbers, which count from 1. Written from an object they count from 0, and what is no place is missing.
        uint[] places = [uint.MaxValue, .. order.Select(place => (uint)place)];
        return mlContext.Transforms.Conversion.ConvertType(label.Column.Name, outputKind: DataKind.UInt32)
            .Append(mlContext.Transforms.CustomMapping<Labelled, Labelled>(
                (row, aligned) => aligned.Label = places[row.Label],
                contractName: null,
                Definition(NumberDataViewType.UInt32),
                Definition(new KeyDataViewType(typeof(uint), label.Classes))))
            .Fit(scored).Transform(scored);

        SchemaDefinition Definition(DataViewType type)
        {
            var definition = SchemaDefinition.Create(typeof(Labelled));
            (definition[nameof(Labelled.Label)].ColumnName, definition[nameof(Labelled.Label)].ColumnType) = (label.Column.Name, type);
            return definition;
        }
    }

    private sealed class Labelled
    {
        public uint Label { get; set; }
    }
}
