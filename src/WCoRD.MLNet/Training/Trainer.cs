using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The training loop: phases of epochs of steps, with checkpoints between.</summary>
internal sealed class Trainer
{
    private readonly TrainingOptions _options;
    private readonly TrainingPlan _plan;
    private readonly TrainingExamples _examples;
    private readonly TrainingSaves? _saves;
    private readonly TrainingChannel _channel;
    private readonly RankGroup? _ranks;
    private readonly LearningRateSchedule _schedule;
    private readonly Stopwatch _clock = new();
    private readonly List<EpochMetrics> _epochs = [];
    private EpochMeter? _meter;
    private int _epoch = 1;
    private int _step;
    private long _stepsDone;

    /// <param name="options">The recipe.</param>
    /// <param name="plan">Who learns, and in which phases.</param>
    /// <param name="examples">What is learned from.</param>
    /// <param name="saves">Where checkpoints go; null: none is written.</param>
    /// <param name="channel">Tells when to stop, and who trains together.</param>
    public Trainer(TrainingOptions options, TrainingPlan plan, TrainingExamples examples, TrainingSaves? saves, TrainingChannel channel)
    {
        (_options, _plan, _examples, _saves, _channel, _ranks) = (options, plan, examples, saves, channel, channel.Ranks);
        _schedule = new LearningRateSchedule(options);
    }

    /// <summary>The epoch whose weights the network has, where that need not be the last; null: the last.</summary>
    public int? ReturnedEpoch { get; private set; }

    /// <summary>Trains the network in place.</summary>
    /// <param name="validation">The rows to measure validation accuracy on; may be none.</param>
    /// <param name="epochDone">Called with the metrics of every epoch.</param>
    /// <returns>The metrics of all epochs, those before a checkpoint too.</returns>
    public IReadOnlyList<EpochMetrics> Train(ValidationRows validation, Action<EpochMetrics> epochDone)
    {
        using IDisposable quiet = QuietCollections.Begin();
        if (_saves?.Resumed?.Position is { } position)
        {
            (_epoch, _step) = (position.Epoch, position.Step);
            _meter = position.Meter is { } sums ? new EpochMeter(sums) : null;
            _epochs.AddRange(position.Epochs);
        }

        _clock.Restart();
        foreach (Phase phase in _plan.Phases)
        {
            // A training resumed when it was done has no step left, but its weights to take.
            if ((_epoch <= phase.Last || !phase.Prepares) && !Train(phase, validation, epochDone))
            {
                break;
            }

            if (phase.Prepares)
            {
                Freeze(phase.Objective);
            }
        }

        _plan.Network.eval();
        return _epochs;
    }

    /// <summary>What a phase before the main one trained beside the student stays as it is.</summary>
    private static void Freeze(Objective objective)
    {
        foreach (Parameter parameter in objective.parameters())
        {
            parameter.requires_grad = false;
        }
    }

    /// <summary>Trains a phase to its end; false: cancelled before.</summary>
    private bool Train(Phase phase, ValidationRows validation, Action<EpochMetrics> epochDone)
    {
        using var scope = NewDisposeScope();
        using var optimizer = new TrainingOptimizer(
            _plan.Network.parameters().Concat(phase.Objective.parameters()).Where(parameter => parameter.requires_grad), _options);
        using WeightAverage? average = phase.Prepares || _options.WeightAveraging == 0
            ? null
            : new WeightAverage(_plan.Network, _options.WeightAveraging);
        using BestWeights? best = phase.Prepares || _options.EarlyStoppingEpochs == 0
            ? null
            : new BestWeights(_plan.Network, _options.EarlyStoppingEpochs);
        var state = new TrainedState(_plan.Network, _plan.Objective, optimizer, average, best);
        if (_saves?.Resumed is { } checkpoint && _stepsDone == 0)
        {
            state.Restore(checkpoint, isWithinPhase: _epoch > phase.First || _step > 0);
        }

        using var step = new TrainingStep(_plan, phase.Objective, _examples, optimizer, _options, average, _ranks);
        bool isDone = Learn(phase, step, optimizer, state, average?.Network ?? _plan.Network, best, validation, epochDone);
        if (average is not null)
        {
            _plan.Network.TakeWeights(average.Network);
        }

        if (best is not null && BestWeights.Of(_epochs) is { } returned)
        {
            best.GiveTo(_plan.Network);
            ReturnedEpoch = returned.Epoch;
        }

        return isDone;
    }

    private bool Learn(
        Phase phase,
        TrainingStep step,
        TrainingOptimizer optimizer,
        TrainedState state,
        FeatureNetwork validated,
        BestWeights? best,
        ValidationRows validation,
        Action<EpochMetrics> epochDone)
    {
        try
        {
            while (_epoch <= phase.Last && best?.IsOver(_epochs) != true)
            {
                _examples.Begin(_epoch, _plan.Streams.Managed("augmentation", _epoch), ReportView);
                _meter ??= new EpochMeter();
                double rate = TrainEpoch(phase, step, optimizer, _meter, state);
                _meter.Stop();
                double? accuracy = phase.Prepares ? null : validation.Accuracy(validated, _plan.Normalization, _channel.CheckCanceled);
                _epochs.Add(
                    _meter.Metrics(
                        _epoch, _plan.Epochs, rate, learnsClasses: _options.LearnsClasses && !phase.Prepares, accuracy));
                (_epoch, _step, _meter) = (_epoch + 1, 0, null);
                best?.Keep(_epochs, validated);
                epochDone(_epochs[^1]);
                if ((_epoch - 1) % _options.CheckpointEpochs == 0 || _epoch > _plan.Epochs || best?.IsOver(_epochs) == true)
                {
                    Save(state);
                }
            }
        }
        catch (OperationCanceledException fault)
        {
            _ranks?.Fail(fault);
            if (_meter is not null)
            {
                Count(step.Rest(), _meter);
            }

            CheckWeights();
            string? kept = Save(state);
            if (_options.OnCancel == CancelBehavior.Throw || _stepsDone == 0)
            {
                throw kept is null ? fault : new OperationCanceledException($"{fault.Message} '{kept}' holds the training so far: "
                    + "go on with Resume.", fault, fault.CancellationToken);
            }

            return false;
        }

        return true;
    }

    /// <returns>The learning rate of its last step.</returns>
    private double TrainEpoch(Phase phase, TrainingStep step, TrainingOptimizer optimizer, EpochMeter meter, TrainedState state)
    {
        // Every epoch shuffles the same starting order, so that its batches depend on seed and epoch alone.
        int[] order = [.. Enumerable.Range(0, _examples.Count)];
        _plan.Streams.Managed("shuffle", _epoch).Shuffle(order);
        var batches = new BatchPlan(order.Length, _options.BatchSize);
        for (int done = 0; done < _step; done++)
        {
            _examples.Skip(batches.Of(order, done));
        }

        _plan.Network.train();
        _plan.Objective.train();
        while (_step < batches.Steps)
        {
            if (IsSaveDue() && _step > 0)
            {
                Count(step.Rest(), meter);
                CheckWeights();
                Save(state);
            }

            optimizer.LearningRate = Rate(_step);
            lock (QuietCollections.Step)
            {
                _ranks?.IsInStep = true;
                using Generator dropout = _plan.Streams.Torch("dropout", _epoch, _step);
                IReadOnlyList<StepResult> results =
                    step.Run(_step + 1, batches.Of(order, _step), dropout, measure: _step == 0 && !phase.Prepares);
                _ranks?.IsInStep = false;
                Count(results, meter);
            }

            _step++;
            _stepsDone++;
            _options.StepProgress?.Report(Progress(batches.Steps, meter.ExamplesPerSecond));
        }

        Count(step.Rest(), meter);
        CheckWeights();
        return Rate(batches.Steps - 1);

        double Rate(int number) => phase.LearningRate ?? _schedule.Rate(_epoch - _plan.PreparingEpochs, number, batches.Steps);
    }

    /// <exception cref="OperationCanceledException">The training is to stop.</exception>
    private bool IsSaveDue()
    {
        bool isDue = _saves?.IsDue == true;
        if (_ranks is not null)
        {
            return _ranks.Agree(_channel.IsCanceled, isDue);
        }

        _channel.CheckCanceled();
        return isDue;
    }

    // All ranks hold the same training, and one writes it.
    private string? Save(TrainedState state) => _ranks is null ? SaveHere(state) : _ranks.Run(() => SaveHere(state));

    private string? SaveHere(TrainedState state) =>
        _saves?.Save(new TrainingPosition(_plan.Streams.Seed, _epoch, _step, _epochs, _meter?.Sums, _saves.Run), state.Tensors);

    private StepProgress Progress(int stepsPerEpoch, double examplesPerSecond) => new()
    {
        Epoch = _epoch,
        Epochs = _plan.Epochs,
        Step = _step,
        Steps = stepsPerEpoch,
        ExamplesPerSecond = examplesPerSecond,
        Remaining = Remaining(stepsPerEpoch),
    };

    private void ReportView(ViewProgress view) => _options.StepProgress?.Report(view.Within(_epoch, _plan.Epochs));

    private TimeSpan Remaining(int stepsPerEpoch) =>
        _clock.Elapsed / _stepsDone * (((long)stepsPerEpoch * (_plan.Epochs - _epoch + 1)) - _step);

    private void Count(IReadOnlyList<StepResult> results, EpochMeter meter)
    {
        foreach (StepResult result in results)
        {
            CheckFinite(result);
            meter.Add(result);
        }
    }

    private void CheckFinite(StepResult result)
    {
        if (result.IsFinite)
        {
            return;
        }

        (string name, double found) = result.Parts.Append((Name: "total", Value: result.Loss)).First(part => !double.IsFinite(part.Value));
        throw new InvalidOperationException(
            Invariant($"Training stopped: the loss part '{name}' is {found} ")
                + Invariant($"in epoch {_epoch}, step {result.Number} (after {_stepsDone - (_step - (result.Number - 1))} steps). ")
                + Invariant($"A finite value was expected: lower LearningRate ({_options.LearningRate}) ")
                + "or that part's weight, set MaxGradientNorm, "
                + $"and check the input for extreme values.{Kept()}");
    }

    // Losses are measured before a step: what the last one did to the weights shows here, before they are saved or handed out.
    private void CheckWeights()
    {
        if (FiniteNumbers.FirstFault(_plan.Network.state_dict()) is { } fault)
        {
            throw new InvalidOperationException(
                Invariant($"Training stopped: the network's {fault} in epoch {_epoch}, after step {_step}. ")
                    + Invariant($"Finite values were expected: lower LearningRate ({_options.LearningRate}), set MaxGradientNorm, ")
                    + $"and check the input for extreme values.{Kept()}");
        }
    }

    private string Kept() => _saves?.Newest is { } newest ? $" '{newest}' holds the training as it was before." : "";
}
