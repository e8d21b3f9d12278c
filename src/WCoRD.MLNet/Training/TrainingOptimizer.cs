using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The optimiser of a phase, whichever the options name, and its state.</summary>
internal sealed class TrainingOptimizer : IDisposable
{
    private const string Momentum = "momentum.";
    private const string Mean = "adam.mean.";
    private const string Square = "adam.square.";
    private const string Steps = "adam.steps";
    private readonly OptimizerHelper _optimizer;
    private readonly SGD.State[] _sgd;
    private readonly AdamW.State[] _adam;
    private readonly Tensor _steps;

    /// <param name="parameters">What it changes.</param>
    /// <param name="options">The options.</param>
    public TrainingOptimizer(IEnumerable<Parameter> parameters, TrainingOptions options)
    {
        _optimizer = options.Optimizer == OptimizerKind.AdamW
            ? optim.AdamW(parameters, options.LearningRate, weight_decay: options.WeightDecay)
            : optim.SGD(
                parameters, options.LearningRate, options.Momentum, weight_decay: options.WeightDecay, nesterov: options.Nesterov);
        List<OptimizerState> states = _optimizer.state_dict().State;
        (_sgd, _adam) = ([.. states.OfType<SGD.State>()], [.. states.OfType<AdamW.State>()]);
        _steps = zeros(_adam.Length, ScalarType.Int64);
    }

    /// <summary>The learning rate of the next step.</summary>
    public double LearningRate
    {
        set
        {
            foreach (var group in _optimizer.ParamGroups)
            {
                group.LearningRate = value;
            }
        }
    }

    public void ZeroGradients() => _optimizer.zero_grad();

    public void Step() => _optimizer.step();

    /// <summary>The tensors of its state by name; they stay its own.</summary>
    public IEnumerable<(string Name, Tensor Value)> State()
    {
        foreach ((int i, SGD.State state) in _sgd.Index())
        {
            // A parameter without gradient, as an unused classifier's, has none.
            if (state.momentum_buffer is { } buffer)
            {
                yield return (Invariant($"{Momentum}{i}"), buffer);
            }
        }

        foreach ((int i, AdamW.State state) in _adam.Index())
        {
            _steps[i] = state.step;
            yield return (Invariant($"{Mean}{i}"), state.exp_avg);
            yield return (Invariant($"{Square}{i}"), state.exp_avg_sq);
        }

        if (_adam.Length > 0)
        {
            yield return (Steps, _steps);
        }
    }

    /// <summary>Takes the state of a checkpoint.</summary>
    /// <exception cref="FormatException">The checkpoint is of other networks.</exception>
    public void Restore(Checkpoint checkpoint)
    {
        foreach ((int i, SGD.State state) in _sgd.Index())
        {
            if (checkpoint.Tensors.TryGetValue(Invariant($"{Momentum}{i}"), out Tensor? buffer))
            {
                state.momentum_buffer = buffer.clone().DetachFromDisposeScope();
            }
        }

        if (_adam.Length > 0)
        {
            checkpoint.CopyTo("", State().ToDictionary(item => item.Name, item => item.Value));
            long[] steps = [.. _steps.data<long>()];
            foreach ((int i, AdamW.State state) in _adam.Index())
            {
                state.step = steps[i];
            }
        }
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _steps.Dispose();
    }
}
