using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// All tensors that training changes: the student's, the objective's (heads, banks, normalisers) and the optimiser's momentum.
/// </summary>
internal sealed class TrainedState(FeatureNetwork network, Objective objective, SGD optimizer)
{
    private const string Student = "student.";
    private const string Beside = "objective.";
    private const string Momentum = "momentum.";

    /// <summary>The tensors by name; they stay their owners'.</summary>
    public Dictionary<string, Tensor> Tensors()
    {
        Dictionary<string, Tensor> tensors = [];
        foreach ((string name, Tensor value) in network.state_dict())
        {
            tensors.Add(Student + name, value);
        }

        foreach ((string name, Tensor value) in objective.state_dict())
        {
            tensors.Add(Beside + name, value);
        }

        foreach ((int i, SGD.State state) in optimizer.state_dict().State.Cast<SGD.State>().Index())
        {
            // A parameter without gradient, as an unused classifier's, has none.
            if (state.momentum_buffer is { } buffer)
            {
                tensors.Add(Invariant($"{Momentum}{i}"), buffer);
            }
        }

        return tensors;
    }

    /// <summary>Puts the training back to where a checkpoint was written.</summary>
    /// <exception cref="FormatException">The checkpoint is of other networks.</exception>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="withMomentum">False at the first step of a stage, which the momentum of the one before does not reach.</param>
    public void Restore(Checkpoint checkpoint, bool withMomentum)
    {
        checkpoint.CopyTo(Student, network.state_dict());
        checkpoint.CopyTo(Beside, objective.state_dict());
        foreach ((int i, SGD.State state) in withMomentum ? optimizer.state_dict().State.Cast<SGD.State>().Index() : [])
        {
            if (checkpoint.Tensors.TryGetValue(Invariant($"{Momentum}{i}"), out Tensor? buffer))
            {
                state.momentum_buffer = buffer.clone().DetachFromDisposeScope();
            }
        }
    }
}
