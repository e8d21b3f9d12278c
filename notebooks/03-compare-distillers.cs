// Made from 03-compare-distillers.ipynb by this repository's tests, which WCORD_UPDATE=1 lets write it again. Run it with: dotnet run notebooks/03-compare-distillers.cs
// On a Linux older than Debian 13 or Ubuntu 24.04 run `. eng/env.sh` in the same shell first: TorchSharp needs a newer libstdc++ than that system's.
#:project ../src/WCoRD.MLNet/WCoRD.MLNet.csproj
#:package TorchSharp-cpu
#:property PublishAot=false

using KeyOrdinality = Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality;
using Microsoft.ML;
using System.IO;
using TorchSharp;
using WCoRD.MLNet;
using static TorchSharp.torch;

// # 3. Distillers compared
//
// The library has the field's usual distillers beside WCoRD. Here some of them train the same student, from the same teacher, on the same schedule. Then you write one of your own.

// ## Packages
//
// `WCoRD.MLNet` brings ML.NET and TorchSharp; `TorchSharp-cpu` is libtorch for any processor. To take a package that you packed yourself (`dotnet pack src/WCoRD.MLNet -c Release -o FOLDER`), remove the `//` before `#i` and put its folder there. On a Linux older than Debian 13 or Ubuntu 24.04, run `. eng/env.sh` in the shell that starts the kernel.

var mlContext = new MLContext(seed: 1);

// ## Images and a teacher
//
// As in [01-first-student](01-first-student.ipynb): eight classes of made images, or of the real CIFAR-100 if you give its folder.

string cifar = "";
string folder = cifar != "" ? cifar : Directory.CreateTempSubdirectory("wcord-").FullName;
if (cifar == "")
{
    SampleImages.Write(folder, trainCount: 2000, testCount: 1000);
}

IDataView EightClasses(IDataView rows)
{
    IDataView few = mlContext.Data.FilterRowsByKeyColumnFraction(rows, "CoarseLabel", upperBound: 8 / 20.0);
    var convert = mlContext.Transforms.Conversion;
    var label = convert.MapKeyToValue("Name", "CoarseLabel").Append(convert.MapValueToKey("Label", "Name", keyOrdinality: KeyOrdinality.ByValue));
    return label.Fit(few).Transform(few);
}

IDataView train = EightClasses(mlContext.Data.LoadFromCifar100(folder, Cifar100Split.Train));
IDataView test = EightClasses(mlContext.Data.LoadFromCifar100(folder, Cifar100Split.Test));

var trainers = mlContext.MulticlassClassification.Trainers;
var teacherModel = trainers.NetworkTraining(new NetworkTrainingOptions { Network = "resnet20", Epochs = 12, BatchSize = 32 }).Fit(train);
var teacher = Teacher.FromModel(teacherModel);
Console.WriteLine(Evaluation.Of(mlContext, teacherModel.Transform(test)).ToString());

// ## One schedule for all
//
// A distiller has a name and a weight, that of the reference scripts. Several may be added up. Plain knowledge distillation, "KD", is `SoftTargetWeight`. `ValidationSet` measures the unseen images after every epoch; it chooses nothing.

NetworkTransformer Train(double softTargets, params WeightedObjective[] objectives) => trainers.Distillation(teacher, new DistillationOptions
{
    Student = "resnet8", Objectives = objectives, SoftTargetWeight = softTargets, Epochs = 8, BatchSize = 32, ValidationSet = test,
}).Fit(train);

Console.WriteLine(string.Join(", ", Distillers.Names));

// `at` compares where the networks' maps are active, `rkd` the distances between images, `hint` one map as a whole, `crd` and `wcord` the features by contrast.

var runs = new List<(string Name, NetworkTransformer Model)> { ("alone", Train(0)), ("kd", Train(1)) };
foreach (string name in new[] { "hint", "at", "rkd", "crd", "wcord" })
{
    runs.Add((name, Train(0, Distillers.Named(name))));
}

runs.Add(("wcord + kd", Train(1, Distillers.Named("wcord"))));

// ## What they give
//
// Accuracy on unseen images, after every epoch:

IReadOnlyList<double> Accuracies(NetworkTransformer model) => model.History!.Epochs.Select(epoch => epoch.ValidationAccuracy ?? 0).ToArray();

Console.WriteLine(Picture.AccuracyCurves("Distillers on one schedule, on unseen images", runs.ToDictionary(run => run.Name, run => Accuracies(run.Model))));

// And at the end, with what a training takes:

foreach (var run in runs.OrderByDescending(run => Accuracies(run.Model)[^1]))
{
    Console.WriteLine($"{run.Name,-12} {100 * Accuracies(run.Model)[^1],5:F1} %   {run.Model.History!.Epochs.Sum(epoch => epoch.Seconds),5:F1} s");
}

// **The small print.** One seed, eight epochs, 400 test images: two accuracies that differ by less than five points may well be equal, and the order on made images says nothing about photographs. The weights suit CIFAR-100 and 240 epochs. [docs/results.md](../docs/results.md) has the same comparison on the real data, and `wcord compare` runs it, with several seeds, for as long as you like.

// ## A distiller of your own
//
// It is one small class: what is compared, and how. This one turns the student's features into the direction of the teacher's.

var own = Train(1, new WeightedObjective("direction", 5, _ => new DirectionObjective()));
Console.WriteLine(own.History);

public sealed class DirectionObjective : ComparingObjective
{
    public DirectionObjective() : base("direction", Features) { }

    protected override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step) =>
        (1 - torch.nn.functional.cosine_similarity(student, teacher, dim: 1)).mean();
}
