using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The optimiser of a phase, whichever the options name, and its state.</summary>
/// <remarks>A parameter joins at the first step that finds it with a gradient; an unused classifier's never does.</remarks>
internal sealed class TrainingOptimizer : IDisposable
{
    private const string Momentum = "momentum.";
    private const string Mean = "adam.mean.";
    private const string Square = "adam.square.";
    private const string Steps = "adam.steps";
    private readonly TrainingOptions _options;
    private readonly SortedDictionary<int, Parameter> _waiting;
    private readonly List<(FlatParameters Parameters, OptimizerHelper Optimizer)> _groups = [];
    private readonly Tensor _steps;

    // The state that waits with them.
    private readonly Dictionary<string, Tensor> _restored = [];

    /// <param name="parameters">What it changes.</param>
    /// <param name="options">The options.</param>
    public TrainingOptimizer(IEnumerable<Parameter> parameters, TrainingOptions options)
    {
        _options = options;
        _waiting = new(parameters.Index().ToDictionary(item => item.Index, item => item.Item));
        _steps = zeros(_waiting.Count, ScalarType.Int64);
        foreach (Parameter parameter in _waiting.Values)
        {
            parameter.grad = null;
        }
    }

    /// <summary>The learning rate of the next step.</summary>
    public double LearningRate { private get; set; }

    public void ZeroGradients()
    {
        foreach ((FlatParameters parameters, _) in _groups)
        {
            parameters.ZeroGradients();
        }
    }

    /// <summary>After a backward pass: parameters that have their first gradients join.</summary>
    /// <param name="ranks">Whose gradients are added up; null: this process's are all.</param>
    public void TakeGradients(RankGroup? ranks)
    {
        foreach (var joining in _waiting
            .Where(item => item.Value.grad is not null)
            .Select(item => (item.Key, item.Value))
            .GroupBy(item => (item.Value.dtype, $"{item.Value.device}"))
            .ToArray())
        {
            Join([.. joining]);
        }

        foreach ((FlatParameters parameters, _) in _groups)
        {
            ranks?.Sum(parameters.Gradients);
        }
    }

    public void Step()
    {
        foreach ((_, OptimizerHelper optimizer) in _groups)
        {
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = LearningRate;
            }

            optimizer.step();
        }
    }

    /// <summary>The tensors of its state by name; they stay its own.</summary>
    public IEnumerable<(string Name, Tensor Value)> State()
    {
        foreach ((string name, Tensor value) in _restored)
        {
            yield return (name, value);
        }

        foreach ((FlatParameters parameters, OptimizerHelper optimizer) in _groups)
        {
            foreach ((string prefix, Tensor whole) in StateOf(optimizer))
            {
                foreach ((int number, Tensor value) in parameters.PartsOf(whole))
                {
                    yield return (Name(prefix, number), value);
                }
            }

            if (optimizer.state_dict().State is [AdamW.State state])
            {
                foreach ((int number, _) in parameters.PartsOf(parameters.Whole))
                {
                    _steps[number] = state.step;
                }
            }
        }

        if (_options.Optimizer == OptimizerKind.AdamW)
        {
            yield return (Steps, _steps);
        }
    }

    /// <summary>Takes the state of a checkpoint.</summary>
    /// <exception cref="FormatException">The checkpoint is of other networks.</exception>
    public void Restore(Checkpoint checkpoint)
    {
        if (_options.Optimizer == OptimizerKind.AdamW)
        {
            checkpoint.CopyTo("", new Dictionary<string, Tensor> { [Steps] = _steps });
        }

        foreach ((int number, Parameter parameter) in _waiting)
        {
            foreach (string name in ((string[])[Momentum, Mean, Square]).Select(prefix => Name(prefix, number)))
            {
                if (checkpoint.Tensors.ContainsKey(name))
                {
                    _restored[name] = zeros_like(parameter).detach().DetachFromDisposeScope();
                }
            }
        }

        checkpoint.CopyTo("", _restored);
    }

    public void Dispose()
    {
        foreach ((FlatParameters parameters, OptimizerHelper optimizer) in _groups)
        {
            optimizer.Dispose();
            parameters.Dispose();
        }

        foreach (Tensor value in _restored.Values)
        {
            value.Dispose();
        }

        _steps.Dispose();
    }

    private void Join((int Number, Parameter Parameter)[] joining)
    {
        using var scope = NewDisposeScope();
        var parameters = new FlatParameters(joining);
        OptimizerHelper optimizer = _options.Optimizer == OptimizerKind.AdamW
            ? optim.AdamW([parameters.Whole], _options.LearningRate, weight_decay: _options.WeightDecay)
            : optim.SGD(
                [parameters.Whole], _options.LearningRate, _options.Momentum, weight_decay: _options.WeightDecay, nesterov: _options.Nesterov);
        if (joining.Any(item => _restored.Keys.Any(name => IsOf(name, item.Number))))
        {
            Begin(optimizer, parameters, _steps[joining[0].Number].ToInt64());
        }

        _groups.Add((parameters, optimizer));
        foreach ((int number, _) in joining)
        {
            _waiting.Remove(number);
        }
    }

    // From the state that waited.
    private void Begin(OptimizerHelper optimizer, FlatParameters parameters, long steps)
    {
        switch (optimizer.state_dict().State)
        {
            case [SGD.State state]:
                state.momentum_buffer = zeros_like(parameters.Whole).detach().DetachFromDisposeScope();
                break;
            case [AdamW.State state]:
                state.step = steps;
                break;
        }

        foreach ((string prefix, Tensor whole) in StateOf(optimizer))
        {
            foreach ((int number, Tensor value) in parameters.PartsOf(whole))
            {
                if (_restored.Remove(Name(prefix, number), out Tensor? waited))
                {
                    value.copy_(waited);
                    waited.Dispose();
                }
            }
        }
    }

    private static IEnumerable<(string Prefix, Tensor Whole)> StateOf(OptimizerHelper optimizer) => optimizer.state_dict().State switch
    {
        [SGD.State { momentum_buffer: { } momentum }] => [(Momentum, momentum)],
        [AdamW.State state] => [(Mean, state.exp_avg), (Square, state.exp_avg_sq)],
        _ => [],
    };

    private static bool IsOf(string name, int number) => name == Name(Momentum, number) || name == Name(Mean, number);

    private static string Name(string prefix, int number) => Invariant($"{prefix}{number}");
}
