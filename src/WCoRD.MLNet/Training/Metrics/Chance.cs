namespace WCoRD.MLNet;

/// <summary>The accuracy of a network that knows nothing.</summary>
internal static class Chance
{
    /// <summary>What always answering the largest class gives, in [0, 1].</summary>
    /// <param name="labels">The labels, with at least one that is known.</param>
    public static double Of(IEnumerable<long> labels)
    {
        long[] known = [.. labels.Where(label => label != DistillationStep.NoLabel)];
        return (double)known.CountBy(label => label).Max(group => group.Value) / known.Length;
    }

    /// <summary>
    /// Whether an accuracy tells nothing: within two standard errors of chance, or below. Of a few rows these reach far, but half of the
    /// way to 1 is more than chance.
    /// </summary>
    /// <param name="accuracy">The accuracy, in [0, 1].</param>
    /// <param name="chance">That of chance.</param>
    /// <param name="count">The rows that it was measured on.</param>
    public static bool IsNear(double accuracy, double chance, long count) =>
        accuracy <= Math.Min(chance + (2 * Math.Sqrt(chance * (1 - chance) / count)), (1 + chance) / 2);
}
