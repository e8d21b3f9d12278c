using System.Diagnostics;

namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>Measures what carries the ranks' messages, by short and long sums.</summary>
/// <param name="communicator">The ranks; more than one.</param>
internal sealed class InterconnectBenchmark(Communicator communicator)
{
    private const int Loops = 5;
    private const int ShortSums = 50;
    private const int LongSums = 2;
    private const int LongValues = 1 << 20;

    /// <summary>Measures it. Every rank calls this, and has its own result.</summary>
    public Interconnect Measure()
    {
        double shortest = Least(1, ShortSums), longest = Least(LongValues, LongSums);
        double latency = shortest / Cost(1).Rounds;
        CollectiveCost cost = Cost(LongValues);
        return new Interconnect(
            Math.Round(cost.Bytes * 8 / Math.Max(longest - (cost.Rounds * latency), 1), 1), Math.Round(latency, 1));

        CollectiveCost Cost(int values) => new Collective(CollectiveKind.AllReduce, values, sizeof(float)).CostFor(communicator.Size);
    }

    // Microseconds of a sum, in the fastest of some loops, after one sum that sets up connections. Of one sum alone a rank cannot tell: the
    // other may have begun it long before.
    private double Least(int values, int sums)
    {
        float[] numbers = new float[values];
        communicator.AllReduce(numbers);
        return Enumerable.Range(0, Loops).Min(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < sums; i++)
            {
                communicator.AllReduce(numbers);
            }

            return Stopwatch.GetElapsedTime(start).TotalMicroseconds / sums;
        });
    }
}
