using System.Reflection;
using Microsoft.ML;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class WcordTrainersCatalogTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    [DataRow("WcordDistillation")]
    [DataRow("Distillation")]
    [DataRow("NetworkTraining")]
    public void Columns_TheirOverload_TrainsOnThem(string trainer)
    {
        IDataView images = TinyImages.View(_mlContext, 32);
        IDataView rows = _mlContext.Transforms.CopyColumns("Kind", "Label")
            .Append(_mlContext.Transforms.CopyColumns("Image", "Pixels"))
            .Append(_mlContext.Transforms.SelectColumns("Kind", "Image"))
            .Fit(images).Transform(images);
        using NetworkTeacher teacher = MakeTeacher();
        var trainers = _mlContext.MulticlassClassification.Trainers;
        IEstimator<NetworkTransformer> estimator = trainer switch
        {
            "WcordDistillation" => trainers.WcordDistillation(teacher, labelColumnName: "Kind", inputColumnName: "Image", student: "resnet8", epochs: 2),
            "Distillation" => trainers.Distillation(teacher, Distillers.Named("pkt"), "Kind", "Image", student: "resnet8", epochs: 2),
            _ => trainers.NetworkTraining("Kind", "Image", network: "resnet8", epochs: 2),
        };
        using NetworkTransformer model = estimator.Fit(rows);
        Assert.AreEqual(("resnet8", "Image", 4, 2), (model.Network, model.InputColumnName, model.Classes, model.History!.Epochs.Count));
        Assert.AreEqual(trainer == "Distillation", model.History.Epochs[0].Parts.ContainsKey("pkt"));
    }

    [TestMethod]
    public void Columns_TheirDefaults_AreThoseOfTheOptions()
    {
        (string Trainer, TrainingOptions Options)[] all =
        [
            (nameof(WcordTrainersCatalog.WcordDistillation), new WcordDistillationOptions()),
            (nameof(WcordTrainersCatalog.Distillation), new DistillationOptions()),
            (nameof(WcordTrainersCatalog.NetworkTraining), new NetworkTrainingOptions()),
        ];
        foreach ((string trainer, TrainingOptions options) in all)
        {
            ParameterInfo[] optional = [.. typeof(WcordTrainersCatalog).GetMethods().Where(method => method.Name == trainer)
                .SelectMany(method => method.GetParameters()).Where(parameter => parameter.IsOptional)];
            Assert.HasCount(4, optional, trainer);
            foreach (ParameterInfo parameter in optional)
            {
                PropertyInfo? property = options.GetType().GetProperty(char.ToUpperInvariant(parameter.Name![0]) + parameter.Name[1..]);
                Assert.AreEqual(property!.GetValue(options), parameter.DefaultValue, $"{trainer}, {parameter.Name}");
            }
        }
    }

    // What matters is that the compiler finds one overload for each.
    [TestMethod]
    public void NothingOrNull_InPlaceOfOptions_TakesTheDefaults()
    {
        using NetworkTeacher teacher = MakeTeacher();
        var trainers = _mlContext.MulticlassClassification.Trainers;
        IEstimator<NetworkTransformer>[] estimators =
        [
            trainers.WcordDistillation(teacher), trainers.WcordDistillation(teacher, null), trainers.WcordDistillation(teacher, options: null),
            trainers.Distillation(teacher, Distillers.Named("at")),
            trainers.NetworkTraining(), trainers.NetworkTraining(null), trainers.NetworkTraining(options: null),
        ];
        CollectionAssert.AllItemsAreNotNull(estimators);
    }

    private static NetworkTeacher MakeTeacher() =>
        Teacher.FromNetwork(NetworkCatalog.Create("resnet8", 4, 3, new TorchSharp.torch.Generator(1)), new InputNormalization(1 / 255f, [0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]));
}
