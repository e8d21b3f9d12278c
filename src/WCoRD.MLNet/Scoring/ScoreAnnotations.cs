using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>The annotations by which ML.NET's evaluators and key mappings recognise the added columns.</summary>
internal static class ScoreAnnotations
{
    public static DataViewSchema.Annotations PredictedLabel(ClassValues? classes)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        classes?.AddTo(builder, AnnotationNames.KeyValues);
        return builder.ToAnnotations();
    }

    public static DataViewSchema.Annotations Score(DataViewSchema input, ClassValues? classes)
    {
        uint set = NextSetId(input);
        var builder = new DataViewSchema.Annotations.Builder();
        AddText(builder, AnnotationNames.ScoreColumnKind, AnnotationNames.MulticlassClassification);
        AddText(builder, AnnotationNames.ScoreValueKind, AnnotationNames.Score);
        builder.Add(AnnotationNames.ScoreColumnSetId, new KeyDataViewType(typeof(uint), int.MaxValue), (ref uint value) => value = set);
        if (classes is not null)
        {
            // Slots are named by text whatever the values are; the values themselves keep their type.
            NameAnnotations.Add(builder, AnnotationNames.SlotNames, classes.Names);
            classes.AddTo(builder, AnnotationNames.TrainingLabelValues);
        }

        return builder.ToAnnotations();
    }

    private static void AddText(DataViewSchema.Annotations.Builder builder, string name, string text) =>
        builder.Add(name, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = text.AsMemory());

    // An evaluator takes the newest set: its number must be above those of earlier stages.
    private static uint NextSetId(DataViewSchema input)
    {
        uint next = 1;
        foreach (DataViewSchema.Column column in input)
        {
            if (column.Annotations.Schema.GetColumnOrNull(AnnotationNames.ScoreColumnSetId) is { Type: KeyDataViewType key }
                && key.RawType == typeof(uint))
            {
                uint found = 0;
                column.Annotations.GetValue(AnnotationNames.ScoreColumnSetId, ref found);
                next = Math.Max(next, found + 1);
            }
        }

        return next;
    }
}
