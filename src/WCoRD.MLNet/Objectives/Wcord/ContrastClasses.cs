namespace WCoRD.MLNet;

/// <summary>The classes by which GCKT tells negatives.</summary>
internal static class ContrastClasses
{
    /// <summary>The labels, with a class of its own for each row without one: every other row is its negative.</summary>
    public static long[] Of(IReadOnlyList<long> labels)
    {
        long classes = labels.DefaultIfEmpty(DistillationStep.NoLabel).Max() + 1;
        return [.. labels.Select((label, row) => label == DistillationStep.NoLabel ? classes + row : label)];
    }
}
