using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Finds the transport plan that a <see cref="TrainingHistory"/> keeps to show.</summary>
internal static class ShownTransport
{
    private const int Classes = 8;
    private const int RowsOfClass = 4;

    /// <param name="plan">The student, trained and in evaluation mode, and what it was trained by.</param>
    /// <param name="examples">What it learned from.</param>
    /// <param name="names">The names of the classes; null: their numbers.</param>
    /// <returns>Null: nothing was transported.</returns>
    public static TransportPlan? Find(TrainingPlan plan, TrainingExamples examples, IReadOnlyList<string>? names)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        int[] shown = Choose(examples.Labels);
        long[] labels = [.. shown.Select(row => examples.Labels[row])];
        TransportPlan? found = plan.Objective.TransportOf(() =>
        {
            Batch batch = examples.Still(shown);
            NetworkOutput student = plan.Network.Compute(plan.Normalization.Apply(batch.Pixels));
            return new DistillationStep
            {
                Indices = batch.Indices,
                Labels = batch.Labels,
                Student = student,
                Teacher = examples.Teach(batch),
            };
        });
        return labels.Contains(DistillationStep.NoLabel) || found is null
            ? found
            : found.WithExampleClasses([.. labels.Select(label => names?[(int)label] ?? Invariant($"{label}"))]);
    }

    /// <summary>Rows class by class; without labels, the first ones.</summary>
    private static int[] Choose(long[] labels)
    {
        IGrouping<long, int>[] classes = [.. Enumerable.Range(0, labels.Length).GroupBy(i => labels[i])];
        return classes is [{ Key: DistillationStep.NoLabel }]
            ? [.. classes[0].Take(Classes * RowsOfClass)]
            : [.. classes
                .Where(group => group.Key != DistillationStep.NoLabel)
                .Take(Classes)
                .OrderBy(group => group.Key)
                .SelectMany(group => group.Take(RowsOfClass))];
    }
}
