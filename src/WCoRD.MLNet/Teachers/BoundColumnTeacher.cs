using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Columns that are read with the rows.</summary>
/// <param name="features">The features.</param>
/// <param name="scores">The scores; null: none.</param>
/// <param name="studentViews">Makes the student's views.</param>
/// <param name="classes">Which of the rows' classes the scores are of.</param>
internal sealed class BoundColumnTeacher(VectorColumn features, VectorColumn? scores, Augmentation studentViews, TaughtClasses classes)
    : BoundTeacher(
        NameOf(features, scores),
        scores is null ? [features] : [features, scores],
        new OutputShapes([], features.Size, classes.Count),
        studentViews,
        classes)
{
    public override bool SeesViews => false;

    protected override string OwnIdentity => Name;

    public override TeacherOutputs CreateOutputs(Tensor[] values, PrecisionChoice choice, Device device, Action<string> warn, RankGroup? ranks = null)
    {
        foreach ((VectorColumn column, Tensor read) in Columns.Zip(values).Where(pair => IsConstant(pair.Second)))
        {
            warn($"The teacher's column '{column.Column.Name}' is the same in all rows: it teaches nothing.");
        }

        return new ColumnTeacherOutputs(values[0], values.ElementAtOrDefault(1), Taught, ranks);
    }

    private static string NameOf(VectorColumn features, VectorColumn? scores) =>
        scores is null ? $"columns '{features.Column.Name}'" : $"columns '{features.Column.Name}', '{scores.Column.Name}'";

    private static bool IsConstant(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.eq(values[0]).all().ToBoolean();
    }
}
