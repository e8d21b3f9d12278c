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
            (_loss, _examples, _right, _labelled, _earlierSeconds) =
                (earlier.Loss, earlier.Examples, earlier.Right, earlier.Labelled, earlier.Seconds);
        }
    }

    public double ExamplesPerSecond => _examples / Seconds;

    public MeterSums Sums => new(_loss, new OrderedDictionary<string, double>(_parts), _examples, _right, _labelled, Seconds)
    {
        Metrics = new OrderedDictionary<string, double>(_metrics),
    };

    private double Seconds => _earlierSeconds + _clock.Elapsed.TotalSeconds;

    public void Add(StepResult step)
    {
        foreach ((string name, double value) in step.Parts)
        {
            _parts[name] = _parts.GetValueOrDefault(name) + (value * step.Examples);
        }

        foreach ((string name, double value) in step.Metrics)
        {
            _metrics[name] = value;
        }

        _loss += step.Loss * step.Examples;
        _examples += step.Examples;
        _right += step.Right;
        _labelled += step.Labelled;
    }

    /// <summary>Ends the time of the epoch: what follows is not training.</summary>
    public void Stop() => _clock.Stop();

    /// <summary>The metrics of the epoch.</summary>
    /// <param name="epoch">Its number, counted from 1.</param>
    /// <param name="epochs">The number of all epochs.</param>
    /// <param name="learningRate">Its learning rate.</param>
    /// <param name="learnsClasses">Whether it has an accuracy.</param>
    /// <param name="validationAccuracy">What was measured after it; null: nothing.</param>
    public EpochMetrics Metrics(int epoch, int epochs, double learningRate, bool learnsClasses, double? validationAccuracy)
    {
        var parts = new OrderedDictionary<string, double>();
        foreach ((string name, double sum) in _parts)
        {
            parts.Add(name, sum / _examples);
        }

        return new EpochMetrics
        {
            Epoch = epoch,
            Epochs = epochs,
            LearningRate = learningRate,
            Loss = _loss / _examples,
            Parts = parts,
            Accuracy = !learnsClasses || _labelled == 0 ? null : (double)_right / _labelled,
            ValidationAccuracy = validationAccuracy,
            Seconds = Seconds,
            ExamplesPerSecond = ExamplesPerSecond,
            Metrics = _metrics,
        };
    }
}
