using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// All tensors that training changes: the student's, the objective's (heads, banks, normalisers), the optimiser's, and the weights kept
/// beside the student's.
/// </summary>
/// <param name="network">The student.</param>
/// <param name="objective">What is minimised.</param>
/// <param name="optimizer">The phase's optimiser.</param>
/// <param name="average">The average of the student's weights; null: none is taken.</param>
/// <param name="best">The best epoch's weights; null: they are not kept.</param>
internal sealed class TrainedState(
    FeatureNetwork network, Objective objective, TrainingOptimizer optimizer, WeightAverage? average, BestWeights? best)
{
    private const string Student = "student.";
    private const string Beside = "objective.";

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

        foreach ((string name, Tensor value) in optimizer.State())
        {
            tensors.Add(name, value);
        }

        foreach ((string name, Tensor value) in Kept())
        {
            tensors.Add(name, value);
        }

        return tensors;
    }

    /// <summary>Puts the training back to where a checkpoint was written.</summary>
    /// <exception cref="FormatException">The checkpoint is of other networks.</exception>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="isWithinPhase">False at the first step of a phase, which the optimiser of the one before does not reach.</param>
    public void Restore(Checkpoint checkpoint, bool isWithinPhase)
    {
        checkpoint.CopyTo(Student, network.state_dict());
        checkpoint.CopyTo(Beside, objective.state_dict());
        if (isWithinPhase)
        {
            optimizer.Restore(checkpoint);
            checkpoint.CopyTo("", Kept().ToDictionary());
        }
        else
        {
            average?.Begin();
        }
    }

    private IEnumerable<KeyValuePair<string, Tensor>> Kept() => [.. average?.State() ?? [], .. best?.State() ?? []];
}
