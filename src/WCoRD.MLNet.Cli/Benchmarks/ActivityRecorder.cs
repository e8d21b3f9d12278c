using System.Diagnostics;
using TorchSharp;

namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>Records how long the library's activities take, while it lives.</summary>
/// <remarks>
/// A GPU computes while the processor goes on: to tell its parts, each waits for the GPU, at its beginning and its end, and whole steps are
/// measured without.
/// </remarks>
internal sealed class ActivityRecorder : IDisposable
{
    /// <summary>A part that lies within others: where several processes train, communicating and waiting for a slower one.</summary>
    public const string Communication = "mpi";

    private readonly ActivityListener _listener;
    private readonly List<(double Seconds, IReadOnlyDictionary<string, double> Parts)> _steps = [];

    // An activity's own duration is taken before it can wait.
    private readonly Stack<long> _starts = [];

    // What has parts of its own is none: its time is theirs.
    private readonly HashSet<string> _wholes = [];
    private readonly List<long> _stepStarts = [];
    private readonly List<long> _stepEnds = [];
    private OrderedDictionary<string, double> _parts = [];

    /// <param name="waits">Whether activities wait for the GPU.</param>
    public ActivityRecorder(bool waits = false)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "WCoRD.MLNet",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = _ =>
            {
                Wait();
                _starts.Push(Stopwatch.GetTimestamp());
            },
            ActivityStopped = activity =>
            {
                Wait();
                Record(activity, _starts.Pop());
            },
        };
        ActivitySource.AddActivityListener(_listener);

        void Wait()
        {
            if (waits)
            {
                torch.cuda.synchronize();
            }
        }
    }

    /// <summary>The steps of trainings, with their parts, in seconds.</summary>
    public IReadOnlyList<(double Seconds, IReadOnlyDictionary<string, double> Parts)> Steps => _steps;

    /// <summary>From the beginning of a step to the end of the last: milliseconds a step, on average.</summary>
    public double MillisecondsSince(int step) =>
        Math.Round(1000 * Stopwatch.GetElapsedTime(_stepStarts[step], _stepEnds[^1]).TotalSeconds / (_stepStarts.Count - step), 2);

    /// <summary>What each step from one on took with all that stands between it and the one before, in seconds.</summary>
    /// <param name="step">Its number, from 1.</param>
    public double[] PeriodsSince(int step) =>
        [.. _stepEnds.Zip(_stepEnds.Skip(1), (before, end) => Stopwatch.GetElapsedTime(before, end).TotalSeconds).Skip(step - 1)];

    /// <summary>How long reading the rows took, in seconds.</summary>
    public double ReadSeconds { get; private set; }

    /// <summary>How long hashing the rows took, by which they are told from others, in seconds.</summary>
    public double HashSeconds { get; private set; }

    public void Dispose() => _listener.Dispose();

    private void Record(Activity activity, long start)
    {
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        switch (activity.OperationName)
        {
            case "read":
                ReadSeconds = seconds;
                break;
            case "hash":
                HashSeconds = seconds;
                break;
            case "step":
                _steps.Add((seconds, _parts));
                _stepStarts.Add(start);
                _stepEnds.Add(Stopwatch.GetTimestamp());
                _parts = [];
                break;
            case Communication:
                // Many in a step, within its parts and before it.
                _parts[Communication] = _parts.GetValueOrDefault(Communication) + seconds;
                break;
            case var name when _wholes.Contains(name):
                break;
            default:
                _parts[activity.OperationName] = seconds;
                if (activity.Parent is { OperationName: not "step" and var whole })
                {
                    _wholes.Add(whole);
                }

                break;
        }
    }
}
