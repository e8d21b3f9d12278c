using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>The trainers of this library in <c>mlContext.MulticlassClassification.Trainers</c>.</summary>
public static class WcordTrainersCatalog
{
    /// <summary>Trains a small network from a frozen teacher by Wasserstein contrastive representation distillation.</summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="teacher">The trained teacher. It is not disposed by this stage.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all faults.</exception>
    public static WcordDistillationEstimator WcordDistillation(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        Teacher teacher,
        WcordDistillationOptions? options = null) => new(HostAccess.Environment(catalog), teacher, options);

    /// <summary>Trains a small network from a frozen teacher by any of the field's distillers, or by objectives of your own.</summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="teacher">The trained teacher. It is not disposed by this stage.</param>
    /// <param name="options">The options, which name the objectives.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all faults.</exception>
    public static DistillationEstimator Distillation(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        Teacher teacher,
        DistillationOptions options) => new(HostAccess.Environment(catalog), teacher, options);

    /// <summary>Trains a network with cross-entropy alone.</summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all faults.</exception>
    public static NetworkTrainingEstimator NetworkTraining(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        NetworkTrainingOptions? options = null) => new(HostAccess.Environment(catalog), options);
}
