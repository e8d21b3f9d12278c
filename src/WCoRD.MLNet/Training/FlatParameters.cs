using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// Parameters that lie one behind the other in one tensor, as do their gradients: an optimiser changes them all by a few operations, where
/// many small ones would keep a GPU waiting.
/// </summary>
/// <remarks>The parameters stay what they are to everybody else; only their memory moves. Those of a group are of one type and device.</remarks>
internal sealed class FlatParameters : IDisposable
{
    private readonly (int Number, Parameter Parameter)[] _members;

    /// <param name="members">The parameters, which all have gradients, and their numbers among all that an optimiser has.</param>
    public FlatParameters(IEnumerable<(int Number, Parameter Parameter)> members)
    {
        _members = [.. members];
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Whole = new Parameter(cat([.. _members.Select(member => member.Parameter.flatten())], 0));
        Gradients = cat([.. _members.Select(member => member.Parameter.grad!.flatten())], 0);
        Whole.grad = Gradients;
        foreach (((int _, Parameter parameter), (Tensor values, Tensor gradient)) in _members.Zip(Parts(Whole).Zip(Parts(Gradients))))
        {
            // Values as they lie in the parameter, whose dimensions may be in another order in memory.
            values.copy_(parameter);
            gradient.copy_(parameter.grad!);
            parameter.set_(values);
            parameter.grad = gradient;
        }

        _ = Whole.DetachFromDisposeScope();
        _ = Gradients.DetachFromDisposeScope();
    }

    /// <summary>All of them, with their gradients: what an optimiser changes.</summary>
    public Parameter Whole { get; }

    /// <summary>All their gradients.</summary>
    public Tensor Gradients { get; }

    /// <summary>Sets the gradients to 0, for the next backward pass to add to.</summary>
    public void ZeroGradients() => Gradients.zero_();

    /// <summary>The parts of a tensor that lies like these, such as their momentum, by the parameters' numbers.</summary>
    public IEnumerable<(int Number, Tensor Value)> PartsOf(Tensor whole) =>
        _members.Zip(Parts(whole), (member, part) => (member.Number, part));

    public void Dispose()
    {
        foreach ((_, Parameter parameter) in _members)
        {
            parameter.grad = null;
        }

        Whole.Dispose();
        Gradients.Dispose();
    }

    private IEnumerable<Tensor> Parts(Tensor whole)
    {
        long from = 0;
        foreach ((_, Parameter parameter) in _members)
        {
            yield return whole.as_strided(parameter.shape, parameter.stride(), from);
            from += parameter.numel();
        }
    }
}
