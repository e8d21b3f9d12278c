// Made from 04-cross-modal.ipynb by this repository's tests, which WCORD_UPDATE=1 lets write it again. Run it with: dotnet run notebooks/04-cross-modal.cs
// On a Linux older than Debian 13 or Ubuntu 24.04 run `. eng/env.sh` in the same shell first: TorchSharp needs a newer libstdc++ than that system's.
#:project ../src/WCoRD.MLNet/WCoRD.MLNet.csproj
#:package TorchSharp-cpu
#:property PublishAot=false

using KeyOrdinality = Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality;
using Microsoft.ML;
using System.IO;
using WCoRD.MLNet;

// # 4. Teacher and student see different things
//
// A teacher may see more than its student will have: colour, a finer picture, another sensor. A row then holds both columns while the student learns, and the student needs only its own ever after. Here the teacher sees colour and the student only light and dark.

// ## Packages
//
// `WCoRD.MLNet` brings ML.NET and TorchSharp; `TorchSharp-cpu` is libtorch for any processor. To take a package that you packed yourself (`dotnet pack src/WCoRD.MLNet -c Release -o FOLDER`), remove the `//` before `#i` and put its folder there. On a Linux older than Debian 13 or Ubuntu 24.04, run `. eng/env.sh` in the shell that starts the kernel.

var mlContext = new MLContext(seed: 1);

// ## Rows with two views
//
// Eight classes of made images, or of the real CIFAR-100 if you give its folder. `LuminanceChrominance` adds the lightness of each picture as a second column, `Luminance`.

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
    var views = convert.MapKeyToValue("Name", "CoarseLabel").Append(convert.MapValueToKey("Label", "Name", keyOrdinality: KeyOrdinality.ByValue))
        .Append(mlContext.Transforms.LuminanceChrominance(chrominanceColumnName: null));
    return views.Fit(few).Transform(few);
}

IDataView train = EightClasses(mlContext.Data.LoadFromCifar100(folder, Cifar100Split.Train));
IDataView test = EightClasses(mlContext.Data.LoadFromCifar100(folder, Cifar100Split.Test));

Console.WriteLine(DataPreview.Of(train, rows: 10, ["Pixels", "Luminance", "Label"]));

// ## A teacher that sees colour

var trainers = mlContext.MulticlassClassification.Trainers;
var teacherModel = trainers.NetworkTraining(new NetworkTrainingOptions { Network = "resnet20", Epochs = 12, BatchSize = 32, Seed = 1 }).Fit(train);
var teacher = Teacher.FromModel(teacherModel);

// ## A student without any label
//
// It sees lightness alone, and no label: `LabelColumnName = null`. The teacher reads its own column, `TeacherInputColumnName`, and what it makes of a picture is all that the student learns from; it adds only `Features`. The two columns are views of one picture, so that both are cropped and flipped alike; for two unlike things, as a sound and a picture, set `TeacherViews = TeacherViewsKind.Whole`, and `Augmentation` for the student alone.

var unlabelled = trainers.WcordDistillation(teacher, new WcordDistillationOptions
{
    Student = "resnet8", LabelColumnName = null, InputColumnName = "Luminance", TeacherInputColumnName = "Pixels", SoftTargetWeight = 1,
    Critic = CriticForm.InfoNce, Negatives = 0, Epochs = 20, BatchSize = 32, Seed = 1,
}).Fit(train);
Console.WriteLine(FeatureMap.Of(unlabelled.Transform(test), title: "What a student without labels makes of unseen images"));

// It has found classes that nobody named. A probe then names them: a linear classifier of ML.NET's own, on the features of 80 rows with labels.

IDataView labelled = mlContext.Data.TakeRows(unlabelled.Transform(train), 80);
var probe = trainers.LbfgsMaximumEntropy("Label", "Features").Fit(labelled);
Console.WriteLine(Evaluation.Of(mlContext, probe.Transform(unlabelled.Transform(test))));

// To compare, the same small network with nothing but those 80 labels:

Evaluation Evaluate(NetworkTransformer model) => Evaluation.Of(mlContext, model.Transform(test));

var fewLabels = trainers.NetworkTraining(new NetworkTrainingOptions { Network = "resnet8", InputColumnName = "Luminance", Epochs = 60, BatchSize = 32, Seed = 1 }).Fit(mlContext.Data.TakeRows(train, 80));
Console.WriteLine($"80 labels and no teacher: {Evaluate(fewLabels).Accuracy:P1}");

// So the teacher is worth some thirty points where labels are few; with other seeds of the students it was the same.

// ## With a label for every picture
//
// Here the teacher has little left to tell. One student learns from the labels alone, the other from labels and teacher:

var alone = trainers.NetworkTraining(new NetworkTrainingOptions { Network = "resnet8", InputColumnName = "Luminance", Epochs = 10, BatchSize = 32, Seed = 1 }).Fit(train);

var student = trainers.WcordDistillation(teacher, new WcordDistillationOptions
{
    Student = "resnet8", InputColumnName = "Luminance", TeacherInputColumnName = "Pixels", SoftTargetWeight = 1,
    Critic = CriticForm.InfoNce, Negatives = 0, Epochs = 10, BatchSize = 32, Seed = 1,
}).Fit(train);
Console.WriteLine(student.History);

Console.WriteLine($"teacher, sees colour:              {Evaluate(teacherModel).Accuracy:P1}");
Console.WriteLine($"student, sees lightness, alone:    {Evaluate(alone).Accuracy:P1}");
Console.WriteLine($"student, sees lightness, taught:   {Evaluate(student).Accuracy:P1}");

// With a label for every picture of these eight classes it does not help: after ten epochs the taught student is even behind, and after twenty (seeds 1 and 2: alone 92.7 and 93.5 %, taught 93.5 and 92.2 %) both see as well as the teacher. On the real CIFAR-100 it helps, see [docs/results.md](../docs/results.md). Class by class:

Console.WriteLine(Evaluate(student).GainOver(Evaluate(alone)));

// Pictures and sounds, low and high resolution, and the same on real data: [docs/results.md](../docs/results.md).
