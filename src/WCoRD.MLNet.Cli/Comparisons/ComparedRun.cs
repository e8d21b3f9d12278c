namespace WCoRD.MLNet.Cli.Comparisons;

/// <summary>One training of a comparison.</summary>
/// <param name="Pair">Teacher and student.</param>
/// <param name="Method">How the student learns.</param>
/// <param name="Seed">The seed.</param>
internal sealed record ComparedRun(ComparedPair Pair, string Method, int Seed)
{
    /// <summary>The name of the run's files.</summary>
    public string Name => Invariant($"{Pair.Name}-{Method}-{Seed}");
}
