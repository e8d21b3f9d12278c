using System.Diagnostics;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>One step of a phase: views, teacher's output, student's output, objective, backward, optimiser, after-step.</summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly TrainingPlan _plan;
    private readonly Objective _objective;
    private readonly TrainingExamples _examples;
    private readonly TrainingOptimizer _optimizer;
    private readonly WeightAverage? _average;
    private readonly double? _maxGradientNorm;
    private readonly LowPrecisionStudent? _lowPrecision;
    private readonly StepReadings _readings;
    private readonly RankGroup? _ranks;
    private readonly SynchronizedNorms? _norms;
    private readonly StepReplay? _replay;

    /// <param name="plan">The student.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="examples">What is learned from.</param>
    /// <param name="optimizer">Changes the parameters of student and objective; stays its owner's.</param>
    /// <param name="options">The recipe.</param>
    /// <param name="average">Averages the student's weights, and stays its owner's; null: nothing does.</param>
    /// <param name="ranks">The processes that learn together; null: this one alone.</param>
    public TrainingStep(
        TrainingPlan plan,
        Objective objective,
        TrainingExamples examples,
        TrainingOptimizer optimizer,
        TrainingOptions options,
        WeightAverage? average,
        RankGroup? ranks = null)
    {
        (_plan, _objective, _examples, _optimizer) = (plan, objective, examples, optimizer);
        (_maxGradientNorm, _average, _ranks) = (options.MaxGradientNorm, average, ranks);
        _readings = StepReadings.On(examples.Device, ranks);
        _lowPrecision = plan.Precision == Precision.BFloat16 ? new LowPrecisionStudent(plan.Network) : null;
        _norms = ranks is not null && options.SynchronizeBatchNorm ? new SynchronizedNorms(Learning, ranks) : null;
        _replay = ranks is null && _lowPrecision is null
            ? StepReplay.Of(() => options.Recorder(examples.Device), plan.Network, objective, options.BatchSize, Learn)
            : null;
    }

    // What computes: the student, or its copy in bfloat16.
    private FeatureNetwork Learning => _lowPrecision?.Network ?? _plan.Network;

    /// <summary>Learns from some examples.</summary>
    /// <param name="number">The step's number in its epoch, counted from 1.</param>
    /// <param name="indices">Their numbers among the rows learned from.</param>
    /// <param name="dropout">What the student's dropout draws from.</param>
    /// <param name="measure">Whether to measure what costs time as well.</param>
    /// <returns>What can be told by now of this step and those before it, each once. On a CPU that is this step, and where its loss is no
    /// number, it changed nothing.</returns>
    public IReadOnlyList<StepResult> Run(int number, ReadOnlySpan<int> indices, Generator dropout, bool measure)
    {
        using var scope = NewDisposeScope();
        using Activity? whole = Tracing.Start("step");

        Activity? part = Tracing.Start("data");
        Batch batch = _examples.Draw(indices);
        part?.Dispose();

        if (_ranks is null)
        {
            _objective.BeforeStep(Array.ConvertAll(indices.ToArray(), index => (long)index));
        }

        if (_replay?.Takes(number, batch) == true)
        {
            return Replay(number, batch);
        }

        NetworkOutput? teacher = Teach(batch);
        Learning.DrawFrom(dropout, batch.Share);
        _norms?.Counts = batch.Share?.Count > 0;
        NetworkOutput student = Study(batch);
        GatheredOutputs? gathered = null;
        if (_ranks is not null)
        {
            part = Tracing.Start("gather");
            gathered = new GatheredOutputs(_ranks, batch.Share!.Value, student, teacher, _objective.ReadsMaps);
            part?.Dispose();
        }

        DistillationStep step = StepOf(batch, gathered?.Student ?? student, gathered?.Teacher ?? teacher);
        ObjectiveValue value = _objective.Compute(step);
        _readings.Add(number, StepNumbers.Of(step, value), measure ? _objective.Measure(step) : []);
        IReadOnlyList<StepResult> results = _readings.Take(all: false);
        if (results.All(result => result.IsFinite))
        {
            Descend(value, gathered);
            Change();
            AfterStep();
        }

        return results;
    }

    /// <summary>What is not told yet of the steps so far.</summary>
    public IReadOnlyList<StepResult> Rest() => _readings.Take(all: true);

    public void Dispose()
    {
        _replay?.Dispose();
        _norms?.Dispose();
        _lowPrecision?.Dispose();
        _readings.Dispose();
    }

    private IReadOnlyList<StepResult> Replay(int number, Batch batch)
    {
        NetworkOutput? teacher = _examples.TeachesByPixels(batch) ? null : Teach(batch);
        using (Tracing.Start("replay"))
        {
            _readings.Add(number, _replay!.Run(batch, teacher), []);
        }

        IReadOnlyList<StepResult> results = _readings.Take(all: false);
        if (results.All(result => result.IsFinite))
        {
            Change();
        }

        return results;
    }

    // What is recorded.
    private StepNumbers Learn(Batch batch, NetworkOutput? taught, IRecorder recorder)
    {
        using var scope = NewDisposeScope();
        NetworkOutput? teacher = taught, student = null;
        if (teacher is null && _examples.Teacher is not null)
        {
            recorder.Together(() => teacher = Teach(batch), () => student = Study(batch));
        }

        DistillationStep step = StepOf(batch, student ?? Study(batch), teacher);
        ObjectiveValue value = _objective.Compute(step);
        var numbers = StepNumbers.Of(step, value);
        Descend(value, gathered: null);
        AfterStep();
        numbers.Values.MoveToOuterDisposeScope();
        return numbers;
    }

    private NetworkOutput? Teach(Batch batch)
    {
        using Activity? part = _examples.Teacher is null ? null : Tracing.Start("teacher");
        return _examples.Teach(batch);
    }

    private NetworkOutput Study(Batch batch)
    {
        using Activity? part = Tracing.Start("student");
        Tensor input = _plan.Normalization.Apply(batch.Pixels);
        return _lowPrecision?.Compute(input) ?? _plan.Network.Compute(input);
    }

    private static DistillationStep StepOf(Batch batch, NetworkOutput student, NetworkOutput? teacher) => new()
    {
        Indices = batch.Indices,
        Labels = batch.Labels,
        MixedInLabels = batch.Views.Mixture?.OfPartners(batch.Labels),
        OwnShare = batch.Views.Mixture?.OwnShare ?? 1,
        Student = student,
        Teacher = teacher,
        Own = batch.Share,
    };

    // Gradients of all parameters.
    private void Descend(ObjectiveValue value, GatheredOutputs? gathered)
    {
        using Activity? part = Tracing.Start("backward");
        _optimizer.ZeroGradients();
        if (gathered is null)
        {
            value.Total.backward();
        }
        else
        {
            // Every rank has the whole value: the mean of all is its gradient.
            (value.Total / _ranks!.Size).backward();
            gathered.Backward();
        }

        if (_ranks is not null && _norms is null)
        {
            _ranks.Average([.. Learning.buffers().Where(buffer => buffer.is_floating_point())]);
        }

        _lowPrecision?.GiveGradients();
    }

    // Parameters by their gradients, and what follows them.
    private void Change()
    {
        using Activity? part = Tracing.Start("optimizer");
        _optimizer.TakeGradients(_ranks);
        if (_maxGradientNorm is { } most)
        {
            nn.utils.clip_grad_norm_(
                _plan.Network.parameters()
                    .Concat(_objective.parameters())
                    .Where(parameter => parameter.grad is not null),
                most);
        }

        _optimizer.Step();
        _lowPrecision?.TakeWeights();
        _average?.Update();
    }

    private void AfterStep()
    {
        using (no_grad())
        {
            _objective.AfterStep();
        }
    }
}
