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

    /// <summary>Two standard errors of an accuracy at chance.</summary>
    public static double Tolerance(double chance, long count) => 2 * Math.Sqrt(chance * (1 - chance) / count);
}
