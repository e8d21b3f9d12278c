using System.Diagnostics;

namespace WCoRD.MLNet;

/// <summary>Adds up what the steps of one epoch measure.</summary>
internal sealed class EpochMeter
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly OrderedDictionary<string, double> _parts = [];
    private double _loss;
    private long _right;
    private long _examples;

    public double ExamplesPerSecond => _examples / _clock.Elapsed.TotalSeconds;

    public void Add(double loss, IEnumerable<(string Name, double Value)> parts, long right, int examples)
    {
        foreach ((string name, double value) in parts)
        {
            _parts[name] = _parts.GetValueOrDefault(name) + (value * examples);
        }

        _loss += loss * examples;
        _right += right;
        _examples += examples;
    }

    public EpochMetrics Metrics(int epoch, int epochs, double learningRate, double? validationAccuracy)
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
            (double)_right / _examples,
            validationAccuracy,
            _clock.Elapsed.TotalSeconds,
            ExamplesPerSecond);
    }
}
