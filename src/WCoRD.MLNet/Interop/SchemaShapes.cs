using Microsoft.ML;
using Microsoft.ML.Data;
using static Microsoft.ML.SchemaShape.Column;

namespace WCoRD.MLNet;

/// <summary>Builds the shapes by which ML.NET checks a chain of estimators before data flow through it.</summary>
internal static class SchemaShapes
{
    /// <summary>A shape column; ML.NET keeps its constructor internal.</summary>
    public static SchemaShape.Column Column(
        string name, VectorKind kind, DataViewType itemType, bool isKey = false, params SchemaShape.Column[] annotations) =>
        new(name, kind, itemType, isKey, annotations.Length == 0 ? null : new SchemaShape(annotations));

    /// <summary>The predicted label.</summary>
    /// <param name="name">The column.</param>
    /// <param name="keyValues">The type of the label's key values; null: it has none.</param>
    public static SchemaShape.Column PredictedLabel(string name, DataViewType? keyValues) =>
        Column(
            name,
            VectorKind.Scalar,
            NumberDataViewType.UInt32,
            isKey: true,
            keyValues is null ? [] : [Column(AnnotationNames.KeyValues, VectorKind.Vector, keyValues)]);

    /// <summary>The class probabilities.</summary>
    /// <param name="name">The column.</param>
    /// <param name="keyValues">The type of the label's key values; null: it has none.</param>
    public static SchemaShape.Column Score(string name, DataViewType? keyValues)
    {
        List<SchemaShape.Column> annotations =
        [
            Column(AnnotationNames.ScoreColumnKind, VectorKind.Scalar, TextDataViewType.Instance),
            Column(AnnotationNames.ScoreValueKind, VectorKind.Scalar, TextDataViewType.Instance),
            Column(AnnotationNames.ScoreColumnSetId, VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true),
        ];
        if (keyValues is not null)
        {
            annotations.Add(Column(AnnotationNames.SlotNames, VectorKind.Vector, TextDataViewType.Instance));
            annotations.Add(Column(AnnotationNames.TrainingLabelValues, VectorKind.Vector, keyValues));
        }

        return Column(name, VectorKind.Vector, NumberDataViewType.Single, isKey: false, [.. annotations]);
    }

    /// <summary>The input's columns and these; an added column hides one of the same name.</summary>
    public static SchemaShape Add(SchemaShape input, params SchemaShape.Column[] added)
    {
        HashSet<string> hidden = [.. added.Select(column => column.Name)];
        return new SchemaShape(input.Where(column => !hidden.Contains(column.Name)).Concat(added));
    }
}
