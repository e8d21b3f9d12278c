// Made from 01-first-student.ipynb by this repository's tests, which WCORD_UPDATE=1 lets write it again. Run it with: dotnet run notebooks/01-first-student.cs
// On a Linux older than Debian 13 or Ubuntu 24.04 run `. eng/env.sh` in the same shell first: TorchSharp needs a newer libstdc++ than that system's.
#:project ../src/WCoRD.MLNet/WCoRD.MLNet.csproj
#:package TorchSharp-cpu
#:property PublishAot=false

using Microsoft.ML;
using System.IO;
using WCoRD.MLNet;

// # 1. A first student
//
// A big network that tells images apart is a good teacher: a small network learns more from it than from the labels alone. Here a teacher is trained, then the same small student twice, alone and with the teacher's help, and the two students are compared.
//
// The images are made by the library, so nothing is downloaded, and all of it takes about a minute and a half on two cores.

// ## Packages
//
// `WCoRD.MLNet` brings ML.NET and TorchSharp; `TorchSharp-cpu` is libtorch for any processor. To take a package that you packed yourself (`dotnet pack src/WCoRD.MLNet -c Release -o FOLDER`), remove the `//` before `#i` and put its folder there. On a Linux older than Debian 13 or Ubuntu 24.04, run `. eng/env.sh` in the shell that starts the kernel.

var mlContext = new MLContext(seed: 1);

// ## Images
//
// The made images have the layout of CIFAR-100: 32 x 32 pixels, 100 classes. Each is a shape with a texture, in any colour, over clutter and noise. To take the real CIFAR-100, put the path of its folder between the quotation marks.

string cifar = "";
string folder = cifar != "" ? cifar : Directory.CreateTempSubdirectory("wcord-").FullName;
if (cifar == "")
{
    SampleImages.Write(folder, trainCount: 4000, testCount: 1000);
}

IDataView train = mlContext.Data.LoadFromCifar100(folder, Cifar100Split.Train);
IDataView test = mlContext.Data.LoadFromCifar100(folder, Cifar100Split.Test);
Console.WriteLine(DataPreview.Of(train, rows: 10, ["Pixels", "Label", "CoarseLabel"]));

// ## The teacher
//
// A `resnet20`, trained from the labels. A model shows how its training went: above the parts of the loss, below the accuracy on the training images.

var trainers = mlContext.MulticlassClassification.Trainers;
var teacherModel = trainers.NetworkTraining(new NetworkTrainingOptions { Network = "resnet20", Epochs = 6, BatchSize = 32, Seed = 1 }).Fit(train);
Console.WriteLine(teacherModel.History);

// ## The student alone
//
// A `resnet8` has a quarter of the teacher's weights. First it learns as the teacher did.

var alone = trainers.NetworkTraining(new NetworkTrainingOptions { Network = "resnet8", Epochs = 5, BatchSize = 32, Seed = 1 }).Fit(train);

// ## The student with its teacher
//
// The same network, the same images, as many epochs and the same seed. The loss has more parts now: `ce` is the labels', `gckt` and `lckt` are WCoRD's, `kd` are the teacher's soft targets.

var teacher = Teacher.FromModel(teacherModel);
var options = new WcordDistillationOptions { Student = "resnet8", SoftTargetWeight = 1, Epochs = 5, BatchSize = 32, Seed = 1 };
var student = trainers.WcordDistillation(teacher, options).Fit(train);
Console.WriteLine(student.History);

// ## Who is right more often?
//
// On images that no network has seen:

Evaluation Evaluate(NetworkTransformer model) => Evaluation.Of(mlContext, model.Transform(test));

Console.WriteLine($"teacher:                  {Evaluate(teacherModel).Accuracy:P1}");
Console.WriteLine($"student alone:            {Evaluate(alone).Accuracy:P1}");
Console.WriteLine($"student with its teacher: {Evaluate(student).Accuracy:P1}");

// What does the student with a teacher take for what? Its 100 classes are too many to name in a picture; their 20 shapes are not. A row is a shape, and its dark fields are where the student puts it.

Console.WriteLine(Evaluate(student).Grouped(test));

// And what did the teacher's help change, class by class?

Console.WriteLine(Evaluate(student).GainOver(Evaluate(alone)));

// Some rows, with what the student says of them. Wrong answers are red.

Console.WriteLine(DataPreview.Of(student.Transform(test), rows: 10, ["Pixels", "Label", "PredictedLabel", "Score"]));

// Made images and a few epochs show how it works, and prove nothing about photographs. For those see the README's numbers, and [02-inside-wcord](02-inside-wcord.ipynb) for what happens inside.
