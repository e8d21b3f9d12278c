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

    /// <param name="plan">The student.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="examples">What is learned from.</param>
    /// <param name="optimizer">Changes the parameters of student and objective; stays its owner's.</param>
    /// <param name="maxGradientNorm">Longer gradients are shortened to it; null: none is.</param>
    /// <param name="average">Averages the student's weights, and stays its owner's; null: nothing does.</param>
    public TrainingStep(
        TrainingPlan plan,
        Objective objective,
        TrainingExamples examples,
        TrainingOptimizer optimizer,
        double? maxGradientNorm,
        WeightAverage? average)
    {
        (_plan, _objective, _examples, _optimizer) = (plan, objective, examples, optimizer);
        (_maxGradientNorm, _average) = (maxGradientNorm, average);
        _readings = StepReadings.On(examples.Device);
        _lowPrecision = plan.Precision == Precision.BFloat16 ? new LowPrecisionStudent(plan.Network) : null;
    }

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
        Tensor input = _plan.Normalization.Apply(batch.Pixels);
        part?.Dispose();

        part = _examples.Teacher is null ? null : Tracing.Start("teacher");
        NetworkOutput? teacher = _examples.Teach(batch);
        part?.Dispose();

        part = Tracing.Start("student");
        (_lowPrecision?.Network ?? _plan.Network).DrawFrom(dropout);
        NetworkOutput student = _lowPrecision?.Compute(input) ?? _plan.Network.Compute(input);
        part?.Dispose();

        Mixture? mixture = batch.Views.Mixture;
        var step = new DistillationStep
        {
            Indices = batch.Indices,
            Labels = batch.Labels,
            MixedInLabels = mixture?.OfPartners(batch.Labels),
            OwnShare = mixture?.OwnShare ?? 1,
            Student = student,
            Teacher = teacher,
        };
        ObjectiveValue value = _objective.Compute(step);
        _readings.Add(number, step, value, measure ? _objective.Measure(step) : []);
        IReadOnlyList<StepResult> results = _readings.Take(all: false);
        if (results.Any(result => !result.IsFinite))
        {
            return results;
        }

        part = Tracing.Start("backward");
        _optimizer.ZeroGradients();
        value.Total.backward();
        _lowPrecision?.GiveGradients();
        part?.Dispose();

        part = Tracing.Start("optimizer");
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
        using (no_grad())
        {
            _objective.AfterStep();
        }

        part?.Dispose();
        return results;
    }

    /// <summary>What is not told yet of the steps so far.</summary>
    public IReadOnlyList<StepResult> Rest() => _readings.Take(all: true);

    public void Dispose()
    {
        _lowPrecision?.Dispose();
        _readings.Dispose();
    }
}
