// Made from 02-inside-wcord.ipynb by this repository's tests, which WCORD_UPDATE=1 lets write it again. Run it with: dotnet run notebooks/02-inside-wcord.cs
// On a Linux older than Debian 13 or Ubuntu 24.04 run `. eng/env.sh` in the same shell first: TorchSharp needs a newer libstdc++ than that system's.
#:project ../src/WCoRD.MLNet/WCoRD.MLNet.csproj
#:package TorchSharp-cpu
#:property PublishAot=false

using KeyOrdinality = Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality;
using Microsoft.ML;
using System.IO;
using WCoRD.MLNet;

// # 2. Inside WCoRD
//
// WCoRD compares the features of teacher and student: the numbers that a network has made of an image just before it names a class. It does so in two ways, globally by contrast with many other images, and locally by transport within a batch. Here you see both at work. The equations stand in [docs/concepts.md](../docs/concepts.md).

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

// `FeaturesColumnName` adds the features to the scored rows.

var trainers = mlContext.MulticlassClassification.Trainers;
var teacherModel = trainers.NetworkTraining(new NetworkTrainingOptions { Network = "resnet20", Epochs = 12, BatchSize = 32, FeaturesColumnName = "Features" }).Fit(train);
var teacher = Teacher.FromModel(teacherModel);

// ## What the student should learn
//
// A dot is a test image, and its place is what the teacher's 64 features say of it, flattened to a plane. Images of one class lie together. How near the classes are to each other is what labels do not tell.

Console.WriteLine(FeatureMap.Of(teacherModel.Transform(test), title: "The teacher's features of unseen images"));

// ## A student, and the parts of its loss
//
// `gckt` is the global part, `lckt` the local one, `ce` the labels'. The first two are weighed by `GlobalWeight` and `LocalWeight`; the picture shows them before that.

NetworkTransformer Distill(Action<WcordDistillationOptions>? change = null)
{
    var options = new WcordDistillationOptions { Student = "resnet8", Epochs = 6, BatchSize = 32, FeaturesColumnName = "Features" };
    change?.Invoke(options);
    return trainers.WcordDistillation(teacher, options).Fit(train);
}

var student = Distill();
Console.WriteLine(student.History);

// The same map for the student. The two planes cannot be laid on one another; look at which classes are apart.

Console.WriteLine(FeatureMap.Of(student.Transform(test), title: "The student's features of unseen images"));

// ## Local: what does it cost to carry one cloud onto the other?
//
// The local part is the cost of the cheapest transport of the teacher's embeddings onto the student's. A small case: twelve points on a circle, and the same points turned a little. The exact plan carries each point to its own copy, and `Ipot` comes as near to it as its iterations allow.

float[][] Circle(double turn) => Enumerable.Range(0, 12)
    .Select(i => (Math.PI * i / 6) + turn)
    .Select(angle => new[] { (float)Math.Cos(angle), (float)Math.Sin(angle) })
    .ToArray();

Console.WriteLine(TransportPlan.Between(Circle(0), Circle(0.2), TransportSolver.Ipot, iterations: 500));

// `Sinkhorn` adds entropy: it is a smoother problem, with a blurred plan. The greater the regularisation, the more so.

Console.WriteLine(TransportPlan.Between(Circle(0), Circle(0.2), TransportSolver.Sinkhorn, regularization: 0.1));

// And the plan of the student above, for a few training images of each class. Dark fields within a class's square are images that the student has put where the teacher has them, or near.

Console.WriteLine(student.History!.Transport);

// ## Global: three forms of the critic
//
// The global part tells an image's own pair of embeddings from pairs of other classes. The paper's exact form of this critic is not public, so there are three. `Nce` begins high and falls slowly, because its scale is set once, on the first batch; `InfoNce`, the default, needs no such scale; `Dual` is the distance's own definition and lies between -2 and 2. Accuracy on the training images, while learning:

var forms = Enum.GetValues<CriticForm>();
var ofForms = forms.Select(form => (Name: $"{form}", Distill(options => options.Critic = form).History!.Epochs)).ToArray();
IReadOnlyList<double> Accuracies(IReadOnlyList<EpochMetrics> epochs) => epochs.Select(epoch => epoch.Accuracy ?? 0).ToArray();

Console.WriteLine(Picture.AccuracyCurves("Forms of the critic, on training images", ofForms.ToDictionary(run => run.Name, run => Accuracies(run.Epochs))));

// Their values cannot be compared with each other:

foreach (var run in ofForms)
{
    Console.WriteLine($"{run.Name,-8} gckt per epoch: {string.Join("  ", run.Epochs.Select(epoch => $"{epoch.Parts["gckt"],6:F2}"))}");
}

// ## How many negatives?
//
// `Negatives` is the number of images of other classes that an image is told from: 16,384 by default, or all of other classes if there are fewer; 0 always takes all. More of them make a harder and steadier task.

foreach (int negatives in new[] { 16, 0 })
{
    var few = Distill(options => (options.Critic, options.Negatives) = (CriticForm.InfoNce, negatives));
    Console.WriteLine($"{(negatives == 0 ? "all" : negatives),-4} negatives: gckt {few.History!.Epochs[^1].Parts["gckt"]:F2}, accuracy on unseen images {Evaluation.Of(mlContext, few.Transform(test)).Accuracy:P1}");
}

// One run each, of six epochs: such differences may be chance. [03-compare-distillers](03-compare-distillers.ipynb) sets WCoRD beside other distillers.
