using System.Diagnostics;

namespace WCoRD.MLNet;

/// <summary>Adds up what the steps of one epoch measure.</summary>
internal sealed class EpochMeter
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly double _earlierSeconds;
    private readonly OrderedDictionary<string, double> _parts = [];
    private readonly OrderedDictionary<string, double> _metrics = [];
    private double _loss;
    private long _examples;
    private long _right;
    private long _labelled;

    /// <param name="earlier">The sums to go on from; null: none.</param>
    public EpochMeter(MeterSums? earlier = null)
    {
        if (earlier is not null)
        {
            _parts = new OrderedDictionary<string, double>(earlier.Parts);
            _metrics = new OrderedDictionary<string, double>(earlier.Metrics);
            (_loss, _examples, _right, _labelled, _earlierSeconds) = (earlier.Loss, earlier.Examples, earlier.Right, earlier.Labelled, earlier.Seconds);
        }
    }

    public double ExamplesPerSecond => _examples / Seconds;

    public MeterSums Sums => new(_loss, new OrderedDictionary<string, double>(_parts), _examples, _right, _labelled, Seconds)
    {
        Metrics = new OrderedDictionary<string, double>(_metrics),
    };

    private double Seconds => _earlierSeconds + _clock.Elapsed.TotalSeconds;

    public void Add(double loss, IEnumerable<(string Name, double Value)> parts, int examples, long right, long labelled)
    {
        foreach ((string name, double value) in parts)
        {
            _parts[name] = _parts.GetValueOrDefault(name) + (value * examples);
        }

        _loss += loss * examples;
        _examples += examples;
        _right += right;
        _labelled += labelled;
    }

    /// <summary>Keeps what was measured of one batch.</summary>
    public void Keep(IEnumerable<(string Name, double Value)> metrics)
    {
        foreach ((string name, double value) in metrics)
        {
            _metrics[name] = value;
        }
    }

    /// <summary>The metrics of the epoch, whose time ends here.</summary>
    public EpochMetrics Metrics(int epoch, int epochs, double learningRate)
    {
        var parts = new OrderedDictionary<string, double>();
        foreach ((string name, double sum) in _parts)
        {
            parts.Add(name, sum / _examples);
        }

        return new EpochMetrics(
            epoch,
            epochs,
            learningRate,
            _loss / _examples,
            parts,
            _labelled == 0 ? null : (double)_right / _labelled,
            null,
            Seconds,
            ExamplesPerSecond)
        {
            Metrics = _metrics,
        };
    }
}
