// Made from 06-photographs.ipynb by this repository's tests, which WCORD_UPDATE=1 lets write it again. Run it with: dotnet run notebooks/06-photographs.cs
// On a Linux older than Debian 13 or Ubuntu 24.04 run `. eng/env.sh` in the same shell first: TorchSharp needs a newer libstdc++ than that system's.
#:project ../src/WCoRD.MLNet/WCoRD.MLNet.csproj
#:package TorchSharp-cpu
#:package Microsoft.ML.DnnImageFeaturizer.ResNet18
#:package Microsoft.ML.OnnxTransformer
#:package Microsoft.ML.OnnxRuntime
#:property PublishAot=false

using Microsoft.ML.Data;
using Microsoft.ML;
using System.IO;
using WCoRD.MLNet;
using static System.FormattableString;

// # 6. Photographs
//
// A folder of photographs, a folder for each class, and a big network that learned from millions of others: that is what most people have. Here ML.NET's ResNet18 looks at the photographs, a linear classifier learns from its features, and a student of a fiftieth of their size learns from both.

// ## Packages
//
// `WCoRD.MLNet` brings ML.NET and TorchSharp; `TorchSharp-cpu` is libtorch for any processor. The three others are the big network and what runs it. To take a package that you packed yourself (`dotnet pack src/WCoRD.MLNet -c Release -o FOLDER`), remove the `//` before `#i` and put its folder there. On a Linux older than Debian 13 or Ubuntu 24.04, run `. eng/env.sh` in the shell that starts the kernel.

var mlContext = new MLContext(seed: 1);
var trainers = mlContext.MulticlassClassification.Trainers;

// ## Photographs
//
// Put the path of your folder between the quotation marks: it has `train` and `test`, each with a folder for each class. Without one, pictures are made: those of eight classes of the library's made images, written as PNG files. They are small and strange, and no ImageNet network has seen their like; real photographs go better ([docs/results.md](../docs/results.md#photographs)).

string photos = "";
string folder = photos != "" ? photos : Directory.CreateTempSubdirectory("wcord-").FullName;
string made = Path.Combine(folder, "made");
if (photos == "")
{
    SampleImages.Write(made, trainCount: 800, testCount: 400);
}

void WritePictures(Cifar100Split split, string part)
{
    IDataView rows = mlContext.Data.LoadFromCifar100(made, split);
    VBuffer<ReadOnlyMemory<char>> names = default;
    rows.Schema["CoarseLabel"].GetKeyValues(ref names);
    string[] classes = [.. names.DenseValues().Take(8).Select(name => name.ToString())];
    byte[][] pixels = [.. rows.GetColumn<byte[]>("Pixels")];
    uint[] labels = [.. rows.GetColumn<uint>("CoarseLabel")];
    for (int i = 0; i < labels.Length; i++)
    {
        if (labels[i] <= classes.Length)
        {
            string to = Directory.CreateDirectory(Path.Combine(folder, part, classes[labels[i] - 1])).FullName;
            byte[] p = pixels[i], bgra = [.. Enumerable.Range(0, 1024).SelectMany(at => new[] { p[at + 2048], p[at + 1024], p[at], (byte)255 })];
            using MLImage image = MLImage.CreateFromPixels(32, 32, MLPixelFormat.Bgra32, bgra);
            image.Save(Path.Combine(to, $"{i}.png"));
        }
    }
}

if (photos == "")
{
    WritePictures(Cifar100Split.Train, "train");
    WritePictures(Cifar100Split.Test, "test");
}

// What is there is looked at first: classes, sizes, and whether every file can be decoded. `wcord data info FOLDER` prints the same.

ImageFolderReport report = mlContext.Data.InspectImageFolder(Path.Combine(folder, "train"));
Console.WriteLine(Invariant($"{report.ClassCounts.Values.Sum()} pictures of {report.ClassCounts.Count} classes, ")
    + Invariant($"{report.SmallestImage} to {report.LargestImage} pixels, {report.Damaged.Count} damaged"));

var size = new ImageFolderOptions { Height = 32, Width = 32 };
IDataView train = mlContext.Data.LoadFromImageFolder(Path.Combine(folder, "train"), size);
IDataView test = mlContext.Data.LoadFromImageFolder(Path.Combine(folder, "test"), size);
Console.WriteLine(DataPreview.Of(mlContext.Data.ShuffleRows(test, seed: 1), rows: 8, ["Pixels", "Label"]));

// ## The usual way
//
// ML.NET brings a ResNet18 that learned ImageNet, without its classifier: 512 features of a picture. A linear classifier of them needs no more than seconds. Its scores are kept under another name, beside which the student will write its own.

// A build puts the big network's files beside the program; a notebook's kernel has them where the package is.
string built = Path.Combine(AppContext.BaseDirectory, "DnnImageModels");
string package = Path.Combine(Path.GetDirectoryName(typeof(ResNet18Extension).Assembly.Location)!, "..", "..");
string models = Directory.Exists(built) ? built : Path.Combine(package, "tools", "DnnImageModels");
var featurize = mlContext.Transforms.LoadImages("Image", imageFolder: null, "ImagePath")
    .Append(mlContext.Transforms.ResizeImages("Image", 224, 224))
    .Append(mlContext.Transforms.ExtractPixels("ImagePixels", "Image"))
    .Append(mlContext.Transforms.DnnFeaturizeImage("TeacherFeatures",
        input => input.ModelSelector.ResNet18(mlContext, input.OutputColumn, input.InputColumn, models), "ImagePixels"));
var features = featurize.Fit(train);
IDataView seen = mlContext.Data.Cache(features.Transform(train), "Label", "ImagePath", "TeacherFeatures");
var classifier = trainers.LbfgsMaximumEntropy("Label", "TeacherFeatures")
    .Append(mlContext.Transforms.CopyColumns("TeacherScore", "Score")).Fit(seen);
var usual = features.Append(classifier);
Evaluation ofUsual = Evaluation.Of(mlContext, usual.Transform(test));
Console.WriteLine(ofUsual);

// ## The student
//
// `LoadPixels` is a stage: the model decodes the pictures that it is given. The student learns alone first, then from the big network's features and scores: they are columns of the same rows.

T Recipe<T>(T options) where T : TrainingOptions
{
    (options.Epochs, options.BatchSize, options.Seed, options.Nesterov, options.Schedule) = (12, 32, 1, true, ScheduleKind.Cosine);
    return options;
}

var decode = mlContext.Transforms.LoadPixels("Pixels", "ImagePath", height: 32, width: 32);
var alone = decode.Append(trainers.NetworkTraining(Recipe(new NetworkTrainingOptions { Network = "resnet8" }))).Fit(train);
Evaluation ofAlone = Evaluation.Of(mlContext, alone.Transform(test));
Console.WriteLine(ofAlone);

IDataView taught = classifier.Transform(seen);
var teacher = Teacher.FromColumns("TeacherFeatures", "TeacherScore");
var student = decode
    .Append(trainers.WcordDistillation(teacher, Recipe(new WcordDistillationOptions { Student = "resnet8", SoftTargetWeight = 1 })))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("Class", "PredictedLabel")).Fit(taught);
Evaluation ofStudent = Evaluation.Of(mlContext, student.Transform(test));
Console.WriteLine(ofStudent);
Console.WriteLine(ofStudent);

// ## What was gained
//
// Size and time are what a student is for. The big model's file holds the network's 64 MB; time is from the file on disk to the class. On these made pictures, which ImageNet never held, the big network's features taught the student nothing that the labels had not: accuracy alone and taught is the same. Of 160 rows, three in a hundred are chance.

string Cost(ITransformer model, string name)
{
    string file = Path.Combine(folder, $"{name}.zip");
    mlContext.Model.Save(model, train.Schema, file);
    var watch = System.Diagnostics.Stopwatch.StartNew();
    int rows = model.Transform(test).GetColumn<float[]>("Score").Count();
    return Invariant($"{name}: {new FileInfo(file).Length / 1e6:F2} MB, {watch.Elapsed.TotalMilliseconds / rows:F1} ms a picture");
}

Console.WriteLine(Invariant($"{Cost(usual, "usual")}, {ofUsual.Accuracy:P1}"));
Console.WriteLine(Invariant($"{Cost(alone, "alone")}, {ofAlone.Accuracy:P1}"));
Console.WriteLine(Invariant($"{Cost(student, "student")}, {ofStudent.Accuracy:P1}"));

// ## Use it
//
// The saved student takes a path, or the bytes of an upload in a column of the same name. `wcord score --model student.zip PHOTO.jpg` does so from a terminal.

ITransformer loaded = mlContext.Model.Load(Path.Combine(folder, "student.zip"), out _);
var engine = mlContext.Model.CreatePredictionEngine<Photo, Prediction>(loaded);
foreach (string path in mlContext.Data.FindImages(Path.Combine(folder, "test")).Chunk(40).Select(chunk => chunk[0]).Take(5))
{
    Prediction found = engine.Predict(new Photo { ImagePath = path });
    Console.WriteLine(Invariant($"{Path.GetRelativePath(folder, path)}: {found.Class} ({found.Score.Max():P0})"));
}

if (photos == "")
{
    Directory.Delete(folder, recursive: true);
}

class Photo { public string ImagePath { get; set; } = ""; }

class Prediction { public string Class { get; set; } = ""; public float[] Score { get; set; } = []; }
