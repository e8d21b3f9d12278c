using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The training loop: batches, views, teacher and student, objective, step.</summary>
internal sealed class Trainer
{
    private readonly TrainingOptions _options;
    private readonly RandomStreams _streams;
    private readonly FeatureNetwork _network;
    private readonly InputNormalization _normalization;
    private readonly Objective _objective;
    private readonly TeacherOutputs? _teacher;
    private readonly Augmentation _augmentation;
    private readonly LearningRateSchedule _schedule;
    private readonly Action _checkCanceled;
    private readonly Stopwatch _clock = new();
    private long _stepsDone;

    public Trainer(
        TrainingOptions options,
        RandomStreams streams,
        FeatureNetwork network,
        InputNormalization normalization,
        Objective objective,
        TeacherOutputs? teacher,
        Augmentation augmentation,
        Action checkCanceled)
    {
        _options = options;
        _streams = streams;
        _network = network;
        _normalization = normalization;
        _objective = objective;
        _teacher = teacher;
        _augmentation = augmentation;
        _schedule = new LearningRateSchedule(options);
        _checkCanceled = checkCanceled;
    }

    /// <summary>Called after every step, for tests.</summary>
    internal Action? Stepped { get; set; }

    /// <summary>Trains the network in place.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="training">The rows to learn from; an objective's row numbers count these alone.</param>
    /// <param name="validation">The rows to measure validation accuracy on; may be empty.</param>
    /// <param name="epochDone">Called with the metrics of every epoch.</param>
    public TrainingHistory Train(ExampleSet examples, int[] training, int[] validation, Action<EpochMetrics> epochDone)
    {
        // TorchSharp's scalars may be finalised while a native call still reads them. Only a collection that runs beside this thread does that:
        // batch mode makes collections wait for it.
        GCLatencyMode latency = GCSettings.LatencyMode;
        GCSettings.LatencyMode = GCLatencyMode.Batch;
        try
        {
            return TrainEpochs(examples, training, validation, epochDone);
        }
        finally
        {
            GCSettings.LatencyMode = latency;
        }
    }

    private TrainingHistory TrainEpochs(ExampleSet examples, int[] training, int[] validation, Action<EpochMetrics> epochDone)
    {
        using var scope = NewDisposeScope();
        using var optimizer = optim.SGD(
            _network.parameters().Concat(_objective.parameters()),
            _options.LearningRate,
            _options.Momentum,
            weight_decay: _options.WeightDecay);
        var epochs = new List<EpochMetrics>();
        int[] order = new int[training.Length];
        _clock.Restart();
        for (int epoch = 1; epoch <= _options.Epochs; epoch++)
        {
            double rate = _schedule.Rate(epoch);
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = rate;
            }

            // Every epoch shuffles the same starting order, so that its batches depend on seed and epoch alone.
            for (int i = 0; i < order.Length; i++)
            {
                order[i] = i;
            }

            _streams.Managed("shuffle", epoch).Shuffle(order);
            EpochMeter meter = TrainEpoch(examples, training, order, epoch, optimizer);
            double? validationAccuracy = validation.Length == 0 ? null : Accuracy(examples, validation);
            epochs.Add(meter.Metrics(epoch, _options.Epochs, rate, validationAccuracy));
            epochDone(epochs[^1]);
        }

        _network.eval();
        return new TrainingHistory(_streams.Seed, epochs);
    }

    private EpochMeter TrainEpoch(ExampleSet examples, int[] training, int[] order, int epoch, optim.Optimizer optimizer)
    {
        var meter = new EpochMeter();
        Random views = _streams.Managed("augmentation", epoch);
        int steps = (order.Length + _options.BatchSize - 1) / _options.BatchSize;
        _network.train();
        _objective.train();
        for (int step = 1; step <= steps; step++)
        {
            _checkCanceled();
            int from = (step - 1) * _options.BatchSize;
            Step(examples, training, order.AsSpan(from, Math.Min(_options.BatchSize, order.Length - from)), views, optimizer, meter, epoch, step);
            _stepsDone++;
            Stepped?.Invoke();
            _options.StepProgress?.Report(new StepProgress(epoch, _options.Epochs, step, steps, meter.ExamplesPerSecond, Remaining(steps)));
        }

        return meter;
    }

    private TimeSpan Remaining(int stepsPerEpoch) => _clock.Elapsed / _stepsDone * (((long)stepsPerEpoch * _options.Epochs) - _stepsDone);

    private void Step(ExampleSet examples, int[] training, ReadOnlySpan<int> batch, Random random, optim.Optimizer optimizer, EpochMeter meter, int epoch, int step)
    {
        using var scope = NewDisposeScope();
        Tensor indices = tensor(batch.ToArray(), ScalarType.Int64);
        int[] rows = [.. batch.ToArray().Select(i => training[i])];
        Tensor labels = tensor(examples.LabelsOf(rows));
        Tensor rowNumbers = tensor(rows, ScalarType.Int64);
        Views views = _augmentation.Draw(rows.Length, random);
        Tensor pixels = _augmentation.Apply(examples.PixelsOf(rowNumbers), views);
        NetworkOutput? teacher = _teacher?.Compute(rowNumbers, pixels, views);
        NetworkOutput student = _network.Compute(_normalization.Apply(pixels));
        ObjectiveValue value = _objective.Compute(new DistillationStep(indices, labels, student, teacher));

        double loss = value.Total.ToDouble();
        (string Name, double Value)[] parts = [.. value.Parts.Select(part => (part.Name, part.Value.ToDouble()))];
        CheckFinite(loss, parts, epoch, step);

        optimizer.zero_grad();
        value.Total.backward();
        optimizer.step();
        using (no_grad())
        {
            _objective.AfterStep();
        }

        meter.Add(loss, parts, rows.Length, student.Logits.argmax(1).eq(labels).sum().ToInt64(), _options.LearnsClasses ? labels.ne(DistillationStep.NoLabel).sum().ToInt64() : 0);
    }

    private void CheckFinite(double loss, (string Name, double Value)[] parts, int epoch, int step)
    {
        if (double.IsFinite(loss))
        {
            return;
        }

        (string name, double found) = parts.Append((Name: "total", Value: loss)).First(part => !double.IsFinite(part.Value));
        throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"Training stopped: the loss part '{name}' is {found} in epoch {epoch}, step {step} (after {_stepsDone} steps in all). A finite value was expected: lower LearningRate ({_options.LearningRate}) or that part's weight, and check the input for extreme values."));
    }

    private double Accuracy(ExampleSet examples, int[] rows)
    {
        const int Batch = 256;
        _network.eval();
        using var noGradient = no_grad();
        long right = 0;
        for (int from = 0; from < rows.Length; from += Batch)
        {
            _checkCanceled();
            using var scope = NewDisposeScope();
            ReadOnlySpan<int> batch = rows.AsSpan(from, Math.Min(Batch, rows.Length - from));
            Tensor pixels = examples.PixelsOf(tensor(batch.ToArray(), ScalarType.Int64));
            right += _network.forward(_normalization.Apply(pixels)).argmax(1).eq(tensor(examples.LabelsOf(batch))).sum().ToInt64();
        }

        return (double)right / rows.Length;
    }
}
