// A loss of your own teaches beside those of the field.
//   dotnet run samples/own-objective.cs [EPOCHS]
// The pictures are made, so that it runs at once: put LoadFromCifar100 or LoadFromImageFolder of your own data in their place.
#:project ../src/WCoRD.MLNet/WCoRD.MLNet.csproj
#:package TorchSharp-cpu

using System.Globalization;
using Microsoft.ML;
using WCoRD.MLNet;
using static TorchSharp.torch;

int epochs = args is [string number] ? int.Parse(number, CultureInfo.InvariantCulture) : 12;
var mlContext = new MLContext(seed: 1);
string folder = Directory.CreateTempSubdirectory("wcord-").FullName;
try
{
    SampleImages.Write(folder, trainCount: 1500, testCount: 500);
    IDataView train = mlContext.Data.LoadFromCifar100(folder, Cifar100Split.Train), test = mlContext.Data.LoadFromCifar100(folder, Cifar100Split.Test);
    var trainers = mlContext.MulticlassClassification.Trainers;
    using NetworkTransformer large = trainers
        .NetworkTraining(new NetworkTrainingOptions { Network = "resnet20", LabelColumnName = "CoarseLabel", Epochs = epochs, BatchSize = 32 })
        .Fit(train);
    using Teacher teacher = Teacher.FromModel(large);
    using NetworkTransformer student = trainers.Distillation(teacher, new DistillationOptions
    {
        Student = "resnet8",
        LabelColumnName = "CoarseLabel",
        // Yours, and relational knowledge distillation with the weight of its authors.
        Objectives = [new WeightedObjective("direction", weight: 2, _ => new DirectionObjective()), Distillers.Named("rkd")],
        Epochs = epochs,
        BatchSize = 32,
    }).Fit(train);
    Console.WriteLine(student.History);
    Console.WriteLine(Evaluation.Of(mlContext, student.Transform(test), labelColumnName: "CoarseLabel"));
}
finally
{
    Directory.Delete(folder, recursive: true);
}

/// <summary>Turns each example's features, as wide as they are in both networks, into the direction of the teacher's.</summary>
internal sealed class DirectionObjective() : ComparingObjective("direction", Features)
{
    protected override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step) =>
        (1 - nn.functional.cosine_similarity(student, teacher, dim: 1)).mean();
}
