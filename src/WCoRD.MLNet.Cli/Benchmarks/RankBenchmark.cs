using System.Diagnostics;

namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>Times training steps of several processes, or of one to compare with, through the estimator.</summary>
/// <param name="settings">Of what.</param>
/// <param name="storesViews">Whether the teacher's part is read, not computed.</param>
internal sealed class RankBenchmark(StepSettings settings, bool storesViews)
{
    /// <summary>Times them. Every rank calls this.</summary>
    /// <param name="communicator">The processes; null: this one alone.</param>
    public RankTimes Time(Communicator? communicator)
    {
        using CountingCommunicator? counting = communicator is null ? null : new CountingCommunicator(communicator);
        Interconnect? interconnect = communicator is null ? null : new InterconnectBenchmark(communicator).Measure();
        using var recorder = new ActivityRecorder();
        using var calls = new StepCalls(counting);
        new StepBenchmark(settings).Train(Precision.Float32, storesViews, counting);
        double[] periods = [.. recorder.PeriodsSince(StepBenchmark.WarmUp).Order()];
        StepTimes times = StepTimes.Of([.. recorder.Steps.Skip(StepBenchmark.WarmUp)]);
        return new RankTimes(
            communicator?.Size ?? 1,
            Milliseconds((periods[(periods.Length - 1) / 2] + periods[periods.Length / 2]) / 2),
            Milliseconds(periods[0]),
            Milliseconds(periods[^1]),
            Mean(times.Parts.GetValueOrDefault(ActivityRecorder.Communication), communicator),
            times.Parts,
            calls.OfLast,
            interconnect);
    }

    private static double Milliseconds(double seconds) => Math.Round(1000 * seconds, 2);

    private static double Mean(double own, Communicator? communicator)
    {
        double[] sum = [own];
        communicator?.AllReduce(sum);
        return Math.Round(sum[0] / (communicator?.Size ?? 1), 2);
    }

    // From the end of a step to the end of the next.
    private sealed class StepCalls : IDisposable
    {
        private readonly ActivityListener _listener;

        public StepCalls(CountingCommunicator? counting)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "WCoRD.MLNet",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = activity => OfLast = activity.OperationName == "step" && counting is not null ? counting.Take() : OfLast,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public Collective[] OfLast { get; private set; } = [];

        public void Dispose() => _listener.Dispose();
    }
}
