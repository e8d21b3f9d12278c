namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>What a rank does for a collective operation.</summary>
/// <param name="Rounds">Messages that wait for each other.</param>
/// <param name="Bytes">The bytes of all of them, which it sends; it receives as many at the same time.</param>
internal readonly record struct CollectiveCost(int Rounds, double Bytes)
{
    public static CollectiveCost operator +(CollectiveCost left, CollectiveCost right) =>
        new(left.Rounds + right.Rounds, left.Bytes + right.Bytes);
}
