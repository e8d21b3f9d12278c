using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The training loop: batches, views, teacher and student, objective, step.</summary>
internal sealed class Trainer
{
    private readonly TrainingOptions _options;
    private readonly RandomStreams _streams;
    private readonly FeatureNetwork _network;
    private readonly Precision _precision;
    private readonly InputNormalization _normalization;
    private readonly Objective _objective;
    private readonly TeacherOutputs? _teacher;
    private readonly Augmentation _augmentation;
    private readonly LearningRateSchedule _schedule;
    private readonly int _initialEpochs;
    private readonly int _epochsInAll;
    private readonly Action _checkCanceled;
    private readonly TrainingSaves? _saves;
    private readonly Stopwatch _clock = new();
    private readonly List<EpochMetrics> _epochs = [];
    private LowPrecisionStudent? _lowPrecision;
    private EpochMeter? _meter;
    private int _epoch = 1;
    private int _step;
    private long _stepsDone;

    public Trainer(
        TrainingOptions options,
        RandomStreams streams,
        FeatureNetwork network,
        Precision precision,
        InputNormalization normalization,
        Objective objective,
        TeacherOutputs? teacher,
        Augmentation augmentation,
        Action checkCanceled,
        TrainingSaves? saves = null)
    {
        _options = options;
        _streams = streams;
        _network = network;
        _precision = precision;
        _normalization = normalization;
        _objective = objective;
        _teacher = teacher;
        _augmentation = augmentation;
        _schedule = new LearningRateSchedule(options);
        _initialEpochs = objective.InitialStage?.Epochs ?? 0;
        _epochsInAll = _initialEpochs + options.Epochs;
        _checkCanceled = checkCanceled;
        _saves = saves;
    }

    /// <summary>Called after every step, for tests.</summary>
    internal Action? Stepped { get; set; }

    /// <summary>Trains the network in place.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="training">The rows to learn from; an objective's row numbers count these alone.</param>
    /// <param name="validation">The rows to measure validation accuracy on; may be none.</param>
    /// <param name="epochDone">Called with the metrics of every epoch.</param>
    public TrainingHistory Train(ExampleSet examples, int[] training, ValidationRows validation, Action<EpochMetrics> epochDone)
    {
        using IDisposable quiet = QuietCollections.Begin();
        return TrainEpochs(examples, training, validation, epochDone);
    }

    private TrainingHistory TrainEpochs(ExampleSet examples, int[] training, ValidationRows validation, Action<EpochMetrics> epochDone)
    {
        if (_saves?.Resumed?.Position is { } position)
        {
            (_epoch, _step) = (position.Epoch, position.Step);
            _meter = position.Meter is { } sums ? new EpochMeter(sums) : null;
            _epochs.AddRange(position.Epochs);
        }

        _clock.Restart();
        if (_epoch > _initialEpochs || TrainStage(_initialEpochs, examples, training, validation, epochDone))
        {
            _objective.EndInitialStage();
            _ = TrainStage(_epochsInAll, examples, training, validation, epochDone);
        }

        _network.eval();
        return new TrainingHistory(_streams.Seed, _epochs);
    }

    /// <summary>Trains with an optimiser of its own up to an epoch; false: cancelled before.</summary>
    private bool TrainStage(int last, ExampleSet examples, int[] training, ValidationRows validation, Action<EpochMetrics> epochDone)
    {
        using var scope = NewDisposeScope();
        using var optimizer = optim.SGD(
            _network.parameters().Concat(_objective.parameters()).Where(parameter => parameter.requires_grad),
            _options.LearningRate,
            _options.Momentum,
            weight_decay: _options.WeightDecay);
        var state = new TrainedState(_network, _objective, optimizer);
        if (_saves?.Resumed is { } checkpoint && _stepsDone == 0)
        {
            state.Restore(checkpoint, withMomentum: _epoch != _initialEpochs + 1 || _step > 0);
        }

        using LowPrecisionStudent? lowPrecision = _precision == Precision.BFloat16 ? new LowPrecisionStudent(_network) : null;
        _lowPrecision = lowPrecision;

        try
        {
            while (_epoch <= last)
            {
                double rate = _epoch <= _initialEpochs ? _objective.InitialStage?.LearningRate ?? _options.LearningRate : _schedule.Rate(_epoch - _initialEpochs);
                foreach (var group in optimizer.ParamGroups)
                {
                    group.LearningRate = rate;
                }

                _meter ??= new EpochMeter();
                TrainEpoch(examples, training, optimizer, _meter, state);
                EpochMetrics metrics = _meter.Metrics(_epoch, _epochsInAll, rate);
                _epochs.Add(validation.Rows.Length == 0 || _epoch <= _initialEpochs ? metrics : metrics with { ValidationAccuracy = Accuracy(validation) });
                (_epoch, _step, _meter) = (_epoch + 1, 0, null);
                epochDone(_epochs[^1]);
                if ((_epoch - 1) % _options.CheckpointEpochs == 0 || _epoch > _epochsInAll)
                {
                    _saves?.Save(Position(), state.Tensors());
                }
            }
        }
        catch (OperationCanceledException fault)
        {
            CheckWeights();
            string? kept = _saves?.Save(Position(), state.Tensors());
            if (_options.OnCancel == CancelBehavior.Throw || _stepsDone == 0)
            {
                throw kept is null ? fault : new OperationCanceledException($"{fault.Message} '{kept}' holds the training so far: "
                    + "go on with Resume.", fault, fault.CancellationToken);
            }

            return false;
        }

        return true;
    }

    private TrainingPosition Position() => new(_streams.Seed, _epoch, _step, _epochs, _meter?.Sums, _saves!.Run);

    private void TrainEpoch(ExampleSet examples, int[] training, optim.Optimizer optimizer, EpochMeter meter, TrainedState state)
    {
        // Every epoch shuffles the same starting order, so that its batches depend on seed and epoch alone.
        int[] order = [.. Enumerable.Range(0, training.Length)];
        _streams.Managed("shuffle", _epoch).Shuffle(order);
        Random views = _streams.Managed("augmentation", _epoch);
        var batches = new BatchPlan(order.Length, _options.BatchSize);
        int steps = batches.Steps;
        for (int done = 0; done < _step; done++)
        {
            _ = _augmentation.Draw(batches.Of(order, done).Length, views);
        }

        _network.train();
        _objective.train();
        while (_step < steps)
        {
            _checkCanceled();
            lock (QuietCollections.Step)
            {
                Step(examples, training, batches.Of(order, _step), views, optimizer, meter);
            }

            _step++;
            _stepsDone++;
            Stepped?.Invoke();
            _options.StepProgress?.Report(new StepProgress(_epoch, _epochsInAll, _step, steps, meter.ExamplesPerSecond, Remaining(steps)));
            if (_step < steps && _saves?.IsDue == true)
            {
                CheckWeights();
                _saves.Save(Position(), state.Tensors());
            }
        }

        CheckWeights();
    }

    private TimeSpan Remaining(int stepsPerEpoch) => _clock.Elapsed / _stepsDone * (((long)stepsPerEpoch * (_epochsInAll - _epoch + 1)) - _step);

    private void Step(ExampleSet examples, int[] training, ReadOnlySpan<int> batch, Random random, optim.Optimizer optimizer, EpochMeter meter)
    {
        using var scope = NewDisposeScope();
        using Activity? whole = Tracing.Start("step");
        Activity? part = Tracing.Start("data");
        Tensor indices = tensor(batch.ToArray(), ScalarType.Int64, examples.Device);
        int[] rows = [.. batch.ToArray().Select(i => training[i])];
        Tensor labels = tensor(examples.LabelsOf(rows), device: examples.Device);
        Tensor rowNumbers = tensor(rows, ScalarType.Int64);
        Views views = _augmentation.Draw(rows.Length, random);
        Tensor pixels = _augmentation.Apply(examples.PixelsOf(rowNumbers), views);
        Tensor input = _normalization.Apply(pixels);
        part?.Dispose();

        part = _teacher is null ? null : Tracing.Start("teacher");
        NetworkOutput? teacher = _teacher?.Compute(rowNumbers, pixels, views);
        part?.Dispose();

        part = Tracing.Start("student");
        NetworkOutput student = _lowPrecision?.Compute(input) ?? _network.Compute(input);
        part?.Dispose();

        var step = new DistillationStep(indices, labels, student, teacher);
        ObjectiveValue value = Compute(step);

        double loss = value.Total.ToDouble();
        (string Name, double Value)[] parts = [.. value.Parts.Select(part => (part.Name, part.Value.ToDouble()))];
        CheckFinite(loss, parts);
        if (_step == 0 && _epoch > _initialEpochs)
        {
            meter.Keep(_objective.Measure(step));
        }

        part = Tracing.Start("backward");
        optimizer.zero_grad();
        value.Total.backward();
        _lowPrecision?.GiveGradients();
        part?.Dispose();

        part = Tracing.Start("optimizer");
        if (_options.MaxGradientNorm is { } most)
        {
            nn.utils.clip_grad_norm_(_network.parameters().Concat(_objective.parameters()).Where(parameter => parameter.grad is not null), most);
        }

        optimizer.step();
        _lowPrecision?.TakeWeights();
        using (no_grad())
        {
            _objective.AfterStep();
        }

        part?.Dispose();
        meter.Add(loss, parts, rows.Length, student.Logits.argmax(1).eq(labels).sum().ToInt64(), _options.LearnsClasses && _epoch > _initialEpochs ? labels.ne(DistillationStep.NoLabel).sum().ToInt64() : 0);
    }

    private ObjectiveValue Compute(DistillationStep step) => _epoch <= _initialEpochs ? _objective.ComputeInitial(step) : _objective.Compute(step);

    private void CheckFinite(double loss, (string Name, double Value)[] parts)
    {
        if (double.IsFinite(loss))
        {
            return;
        }

        (string name, double found) = parts.Append((Name: "total", Value: loss)).First(part => !double.IsFinite(part.Value));
        throw new InvalidOperationException(Invariant($"Training stopped: the loss part '{name}' is {found} in epoch {_epoch}, step {_step + 1} (after {_stepsDone} steps). A finite value was expected: lower LearningRate ({_options.LearningRate}) or that part's weight, set MaxGradientNorm, and check the input for extreme values.{Kept()}"));
    }

    // Losses are measured before a step: what the last one did to the weights shows here, before they are saved or handed out.
    private void CheckWeights()
    {
        if (FiniteNumbers.FirstFault(_network.state_dict()) is { } fault)
        {
            throw new InvalidOperationException(Invariant($"Training stopped: the network's {fault} in epoch {_epoch}, after step {_step}. Finite values were expected: lower LearningRate ({_options.LearningRate}), set MaxGradientNorm, and check the input for extreme values.{Kept()}"));
        }
    }

    private string Kept() => _saves?.Newest is { } newest ? $" '{newest}' holds the training as it was before." : "";

    private double Accuracy(ValidationRows validation)
    {
        (ExampleSet examples, int[] rows) = validation;
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
            right += _network.forward(_normalization.Apply(pixels)).argmax(1).eq(tensor(examples.LabelsOf(batch), device: examples.Device)).sum().ToInt64();
        }

        return (double)right / rows.Length;
    }
}
