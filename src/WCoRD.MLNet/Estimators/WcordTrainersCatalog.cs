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
    /// <example>
    /// <code language="csharp"><![CDATA[
    /// IDataView train = mlContext.Data.LoadFromCifar100("cifar-100-binary");
    /// using Teacher teacher = Teacher.FromSafetensors("resnet56", "cifar100_resnet56.safetensors");
    /// ITransformer student = mlContext.MulticlassClassification.Trainers
    ///     .WcordDistillation(teacher, "Label", "Pixels", student: "resnet8", epochs: 30)
    ///     .Fit(train);
    /// ]]></code>
    /// </example>
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
    /// <example>
    /// <code language="csharp"><![CDATA[
    /// IDataView train = mlContext.Data.LoadFromCifar100("cifar-100-binary");
    /// using Teacher teacher = Teacher.FromSafetensors("resnet56", "cifar100_resnet56.safetensors");
    /// var pipeline = mlContext.MulticlassClassification.Trainers
    ///     .WcordDistillation(teacher, new WcordDistillationOptions { Student = "resnet8", SoftTargetWeight = 1, Epochs = 30 })
    ///     .Append(mlContext.Transforms.Conversion.MapKeyToValue("Class", "PredictedLabel"));
    /// ITransformer student = pipeline.Fit(train);
    /// ]]></code>
    /// </example>
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
    /// <example>
    /// <code language="csharp"><![CDATA[
    /// IDataView train = mlContext.Data.LoadFromCifar100("cifar-100-binary");
    /// using Teacher teacher = Teacher.FromSafetensors("resnet56", "cifar100_resnet56.safetensors");
    /// ITransformer student = mlContext.MulticlassClassification.Trainers
    ///     .Distillation(teacher, Distillers.Named("rkd"), "Label", "Pixels", student: "resnet8", epochs: 30)
    ///     .Fit(train);
    /// ]]></code>
    /// </example>
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
    /// <example>
    /// <code language="csharp"><![CDATA[
    /// IDataView train = mlContext.Data.LoadFromCifar100("cifar-100-binary");
    /// using Teacher teacher = Teacher.FromSafetensors("resnet56", "cifar100_resnet56.safetensors");
    /// var options = new DistillationOptions
    /// {
    ///     Student = "resnet8", SoftTargetWeight = 1, Objectives = [Distillers.Named("rkd"), Distillers.Named("pkt")], Epochs = 30,
    /// };
    /// ITransformer student = mlContext.MulticlassClassification.Trainers.Distillation(teacher, options).Fit(train);
    /// ]]></code>
    /// </example>
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
    /// <example>
    /// <code language="csharp"><![CDATA[
    /// IDataView train = mlContext.Data.LoadFromCifar100("cifar-100-binary");
    /// NetworkTransformer model = mlContext.MulticlassClassification.Trainers
    ///     .NetworkTraining("Label", "Pixels", network: "resnet8", epochs: 30)
    ///     .Fit(train);
    /// using Teacher teacher = Teacher.FromModel(model);
    /// ]]></code>
    /// </example>
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
    /// <example>
    /// <code language="csharp"><![CDATA[
    /// IDataView train = mlContext.Data.LoadFromCifar100("cifar-100-binary");
    /// var options = new NetworkTrainingOptions { Network = "resnet8", LabelColumnName = "CoarseLabel", Epochs = 30 };
    /// ITransformer model = mlContext.MulticlassClassification.Trainers.NetworkTraining(options).Fit(train);
    /// ]]></code>
    /// </example>
    // A null means the options, not a column.
    [OverloadResolutionPriority(1)]
    public static NetworkTrainingEstimator NetworkTraining(
        this MulticlassClassificationTrainers catalog, NetworkTrainingOptions? options) =>
        new(HostAccess.Environment(catalog), options);
}
