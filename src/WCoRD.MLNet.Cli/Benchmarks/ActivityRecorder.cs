using System.Diagnostics;

namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>Records how long the library's activities take, while it lives.</summary>
internal sealed class ActivityRecorder : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly List<(double Seconds, IReadOnlyDictionary<string, double> Parts)> _steps = [];

    // What has parts of its own is none: its time is theirs.
    private readonly HashSet<string> _wholes = [];
    private OrderedDictionary<string, double> _parts = [];

    public ActivityRecorder()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "WCoRD.MLNet",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = Record,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The steps of trainings, with their parts, in seconds.</summary>
    public IReadOnlyList<(double Seconds, IReadOnlyDictionary<string, double> Parts)> Steps => _steps;

    /// <summary>How long reading the rows took, in seconds.</summary>
    public double ReadSeconds { get; private set; }

    public void Dispose() => _listener.Dispose();

    private void Record(Activity activity)
    {
        double seconds = activity.Duration.TotalSeconds;
        switch (activity.OperationName)
        {
            case "read":
                ReadSeconds = seconds;
                break;
            case "step":
                _steps.Add((seconds, _parts));
                _parts = [];
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
