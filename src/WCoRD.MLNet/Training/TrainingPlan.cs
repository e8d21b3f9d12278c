using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Who learns, what is minimised, and in which phases.</summary>
/// <param name="Streams">Derives every random stream.</param>
/// <param name="Network">The network to train, which this disposes.</param>
/// <param name="Normalization">How its input is normalised.</param>
/// <param name="Precision">What it computes with.</param>
/// <param name="Objective">What the main phase minimises, which this disposes. It owns what earlier phases minimise.</param>
internal sealed record TrainingPlan(
    RandomStreams Streams, FeatureNetwork Network, InputNormalization Normalization, Precision Precision, SumObjective Objective) : IDisposable
{
    /// <summary>The phases in order: what the objective has prepared, one after another, then the main one.</summary>
    public required IReadOnlyList<Phase> Phases { get; init; }

    /// <summary>The epochs of all phases.</summary>
    public int Epochs => Phases[^1].Last;

    /// <summary>The epochs before the main phase.</summary>
    public int PreparingEpochs => Phases[^1].First - 1;

    /// <summary>The phases of an objective.</summary>
    /// <exception cref="ArgumentException">After the first phases, nothing is left to learn from.</exception>
    public static IReadOnlyList<Phase> PhasesOf(SumObjective objective, TrainingOptions options)
    {
        if (objective.Terms.All(term => term is PreparingObjective))
        {
            throw new ArgumentException(
                "After the first phase, nothing is left to learn from: "
                    + $"{string.Join(" and ", objective.Terms.Select(term => $"'{term.GetName()}'"))} only prepares the student. "
                    + "Name a LabelColumnName with a CrossEntropyWeight above 0, or set SoftTargetWeight, or add another objective.");
        }

        List<Phase> phases = [];
        int next = 1;
        foreach (Preparation preparation in objective.Terms.Select(term => term.Preparation).OfType<Preparation>())
        {
            int epochs = preparation.Epochs ?? options.PreparingEpochs;
            if (epochs > 0)
            {
                phases.Add(new Phase(preparation.Objective, next, next + epochs - 1, preparation.LearningRate ?? options.LearningRate));
                next += epochs;
            }
        }

        return [.. phases, new Phase(objective, next, next + options.Epochs - 1, LearningRate: null)];
    }

    /// <summary>Moves network and objective, with what earlier phases train.</summary>
    public void To(Device device)
    {
        Network.to(device);
        Objective.to(device);
    }

    public void Dispose()
    {
        Network.Dispose();
        Objective.Dispose();
    }
}
