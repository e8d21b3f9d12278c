using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Finds the transport plan that a <see cref="TrainingHistory"/> keeps to show.</summary>
internal static class ShownTransport
{
    private const int Classes = 8;
    private const int RowsOfClass = 4;

    /// <param name="network">The trained student, in evaluation mode.</param>
    /// <param name="normalization">How its input is normalised.</param>
    /// <param name="objective">What it was trained by.</param>
    /// <param name="teacher">The teacher.</param>
    /// <param name="augmentation">The student's views.</param>
    /// <param name="examples">The examples.</param>
    /// <param name="training">The rows learned from.</param>
    /// <param name="names">The names of the classes; null: their numbers.</param>
    /// <returns>Null: nothing was transported.</returns>
    public static TransportPlan? Find(
        FeatureNetwork network, InputNormalization normalization, Objective objective, TeacherOutputs? teacher, Augmentation augmentation, ExampleSet examples, int[] training, IReadOnlyList<string>? names)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        int[] shown = Choose(examples.LabelsOf(training));
        int[] rows = [.. shown.Select(i => training[i])];
        long[] labels = examples.LabelsOf(rows);
        TransportPlan? plan = objective.TransportOf(() =>
        {
            Tensor rowNumbers = tensor(rows, ScalarType.Int64);
            Tensor pixels = examples.PixelsOf(rowNumbers);
            return new DistillationStep(tensor(shown, ScalarType.Int64, examples.Device), tensor(labels, device: examples.Device), network.Compute(normalization.Apply(pixels)), teacher?.Compute(rowNumbers, pixels, augmentation.Still(rows.Length)));
        });
        return labels.Contains(DistillationStep.NoLabel) || plan is null ? plan : plan with { Classes = [.. labels.Select(label => names?[(int)label] ?? Invariant($"{label}"))] };
    }

    /// <summary>Rows class by class; without labels, the first ones.</summary>
    private static int[] Choose(long[] labels)
    {
        IGrouping<long, int>[] classes = [.. Enumerable.Range(0, labels.Length).GroupBy(i => labels[i])];
        return classes is [{ Key: DistillationStep.NoLabel }]
            ? [.. classes[0].Take(Classes * RowsOfClass)]
            : [.. classes.Where(group => group.Key != DistillationStep.NoLabel).Take(Classes).OrderBy(group => group.Key).SelectMany(group => group.Take(RowsOfClass))];
    }
}
