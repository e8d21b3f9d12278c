using System.Runtime.CompilerServices;
using static Microsoft.ML.MulticlassClassificationCatalog;

namespace WCoRD.MLNet;

/// <summary>The trainers of this library in <c>mlContext.MulticlassClassification.Trainers</c>.</summary>
/// <remarks>Each can be made from columns and the options that matter most, or from all of its options.</remarks>
public static class WcordTrainersCatalog
{
    /// <summary>Trains a small network from a frozen teacher by Wasserstein contrastive representation distillation.</summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="teacher">The trained teacher. It is not disposed by this stage.</param>
    /// <param name="labelColumnName">The column of classes: a key.</param>
    /// <param name="inputColumnName">The column of images, which student and teacher read: Vector&lt;Byte&gt; or Vector&lt;Single&gt; of
    /// channels x height x width.</param>
    /// <param name="student">The network to train: a name of <see cref="NetworkCatalog"/>.</param>
    /// <param name="epochs">The number of passes over the training rows, at least 1.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all faults.</exception>
    public static WcordDistillationEstimator WcordDistillation(
        this MulticlassClassificationTrainers catalog,
        Teacher teacher,
        string labelColumnName = "Label",
        string inputColumnName = "Pixels",
        string student = "resnet20",
        int epochs = 240) => catalog.WcordDistillation(
            teacher,
            new WcordDistillationOptions
            {
                LabelColumnName = labelColumnName,
                InputColumnName = inputColumnName,
                Student = student,
                Epochs = epochs,
            });

    /// <summary>Trains a small network from a frozen teacher by Wasserstein contrastive representation distillation.</summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="teacher">The trained teacher. It is not disposed by this stage.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all faults.</exception>
    // A null means the options, not a column.
    [OverloadResolutionPriority(1)]
    public static WcordDistillationEstimator WcordDistillation(
        this MulticlassClassificationTrainers catalog, Teacher teacher, WcordDistillationOptions? options) =>
        new(HostAccess.Environment(catalog), teacher, options);

    /// <summary>Trains a small network from a frozen teacher by one of the field's distillers, or by an objective of your own.</summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="teacher">The trained teacher. It is not disposed by this stage.</param>
    /// <param name="objective">What is minimised beside cross-entropy: <see cref="Distillers.Named"/> gives the field's.</param>
    /// <param name="labelColumnName">The column of classes: a key.</param>
    /// <param name="inputColumnName">The column of images, which student and teacher read: Vector&lt;Byte&gt; or Vector&lt;Single&gt; of
    /// channels x height x width.</param>
    /// <param name="student">The network to train: a name of <see cref="NetworkCatalog"/>.</param>
    /// <param name="epochs">The number of passes over the training rows, at least 1.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all faults.</exception>
    public static DistillationEstimator Distillation(
        this MulticlassClassificationTrainers catalog,
        Teacher teacher,
        WeightedObjective objective,
        string labelColumnName = "Label",
        string inputColumnName = "Pixels",
        string student = "resnet20",
        int epochs = 240)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return catalog.Distillation(
            teacher,
            new DistillationOptions
            {
                Objectives = [objective],
                LabelColumnName = labelColumnName,
                InputColumnName = inputColumnName,
                Student = student,
                Epochs = epochs,
            });
    }

    /// <summary>Trains a small network from a frozen teacher by any of the field's distillers, or by objectives of your own.</summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="teacher">The trained teacher. It is not disposed by this stage.</param>
    /// <param name="options">The options, which name the objectives.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all faults.</exception>
    public static DistillationEstimator Distillation(
        this MulticlassClassificationTrainers catalog, Teacher teacher, DistillationOptions options) =>
        new(HostAccess.Environment(catalog), teacher, options);

    /// <summary>Trains a network with cross-entropy alone.</summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="labelColumnName">The column of classes: a key.</param>
    /// <param name="inputColumnName">The column of images: Vector&lt;Byte&gt; or Vector&lt;Single&gt; of channels x height x width.</param>
    /// <param name="network">The network to train: a name of <see cref="NetworkCatalog"/>.</param>
    /// <param name="epochs">The number of passes over the training rows, at least 1.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all faults.</exception>
    public static NetworkTrainingEstimator NetworkTraining(
        this MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label",
        string inputColumnName = "Pixels",
        string network = "resnet20",
        int epochs = 240) => catalog.NetworkTraining(
            new NetworkTrainingOptions
            {
                LabelColumnName = labelColumnName,
                InputColumnName = inputColumnName,
                Network = network,
                Epochs = epochs,
            });

    /// <summary>Trains a network with cross-entropy alone.</summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all faults.</exception>
    // A null means the options, not a column.
    [OverloadResolutionPriority(1)]
    public static NetworkTrainingEstimator NetworkTraining(
        this MulticlassClassificationTrainers catalog, NetworkTrainingOptions? options) =>
        new(HostAccess.Environment(catalog), options);
}
