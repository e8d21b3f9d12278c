// Made from 07-words-teach-pictures.ipynb by this repository's tests, which WCORD_UPDATE=1 lets write it again. Run it with: dotnet run notebooks/07-words-teach-pictures.cs
// On a Linux older than Debian 13 or Ubuntu 24.04 run `. eng/env.sh` in the same shell first: TorchSharp needs a newer libstdc++ than that system's.
#:project ../src/WCoRD.MLNet/WCoRD.MLNet.csproj
#:package TorchSharp-cpu
#:package Microsoft.ML.TorchSharp
#:property PublishAot=false
#:property WcordRepairMicrosoftMLTorchSharp=true

using KeyOrdinality = Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality;
using Microsoft.ML.Data;
using Microsoft.ML.TorchSharp;
using Microsoft.ML;
using System.IO;
using WCoRD.MLNet;

// # 7. Words teach pictures
//
// Labels are often on words: a report, a caption, a comment. Here a classifier of text learns from captions that have classes, then reads the captions of pictures that have none, and teaches a classifier of pictures. No picture gets a label from anybody, and the student needs no words ever after.

// ## Packages
//
// `WCoRD.MLNet` brings ML.NET and TorchSharp; `TorchSharp-cpu` is libtorch for any processor; `Microsoft.ML.TorchSharp` has ML.NET's own trainers of text. To take a package that you packed yourself (`dotnet pack src/WCoRD.MLNet -c Release -o FOLDER`), remove the `//` before `#i` and put its folder there. On a Linux older than Debian 13 or Ubuntu 24.04, run `. eng/env.sh` in the shell that starts the kernel.

// As it is published, that package disposes its own weights beside this TorchSharp ([why](../docs/troubleshooting.md#microsoftmltorchsharp-disposes-its-weights)). `LoadRepaired` lets the cells below use a repaired copy, and leaves the package as it is. In an application the build does so.

MicrosoftMLTorchSharp.LoadRepaired("0.23.1");

var mlContext = new MLContext(seed: 1);
var convert = mlContext.Transforms.Conversion;
var trainers = mlContext.MulticlassClassification.Trainers;

// ## Pictures and what is said of them
//
// Eight classes of made images, or of the real CIFAR-100 if you give its folder. Each class holds five things: a `ring` may be plain, barred, banded, checked or dotted. A caption names the thing, in one of twelve ways.

string cifar = "";
string folder = cifar != "" ? cifar : Directory.CreateTempSubdirectory("wcord-").FullName;
if (cifar == "")
{
    SampleImages.Write(folder, trainCount: 2000, testCount: 1000);
}

string[] begins = ["a", "the", "one", "this"], ends = ["", " here", " of mine"];
string Say(string thing, int way) => $"{begins[way % 4]} {thing.Replace('_', ' ')}{ends[way / 4 % 3]}";

CaptionedPicture[] Pictures(Cifar100Split split)
{
    IDataView rows = mlContext.Data.FilterRowsByKeyColumnFraction(mlContext.Data.LoadFromCifar100(folder, split), "CoarseLabel", upperBound: 8 / 20.0);
    rows = convert.MapKeyToValue("Thing", "Label").Append(convert.MapKeyToValue("Class", "CoarseLabel")).Fit(rows).Transform(rows);
    CaptionedPicture[] pictures = [.. mlContext.Data.CreateEnumerable<CaptionedPicture>(rows, reuseRowObject: false, ignoreMissingColumns: true)];
    foreach ((int i, CaptionedPicture picture) in pictures.Index())
    {
        picture.Caption = Say(picture.Thing, i);
    }

    return pictures;
}

CaptionedPicture[] train = Pictures(Cifar100Split.Train);

// Of these pictures nothing but pixels and captions is kept: no class is among the rows that the student will learn from.

IDataView Only(IDataView rows, params string[] columns) => mlContext.Transforms.SelectColumns(columns).Fit(rows).Transform(rows);

IDataView told = Only(mlContext.Data.LoadFromEnumerable(train), "Pixels", "Caption");
Console.WriteLine(DataPreview.Of(told, rows: 8));

// ## A reader of captions
//
// The classes are known of other captions, which have no picture: every thing, named in every way. A quarter of them is held back, to see how well the reader reads what it has not seen.

var sentences = train.Select(picture => (picture.Thing, picture.Class)).Distinct()
    .SelectMany(thing => Enumerable.Range(0, begins.Length * ends.Length).Select(way => new Sentence { Caption = Say(thing.Thing, way), Thing = thing.Thing, Class = thing.Class }));
IDataView all = mlContext.Data.LoadFromEnumerable(sentences);
var classes = convert.MapValueToKey("Label", "Class", keyOrdinality: KeyOrdinality.ByValue).Fit(all);
var parts = mlContext.Data.TrainTestSplit(mlContext.Data.ShuffleRows(classes.Transform(all), seed: 1), testFraction: 0.25, seed: 1);

// The reader is a small BERT. **Its pretrained weights come from its makers' site at the first `Fit`**, 18 MB, into the folder `mlnet` below `TempFilePath`; a file that is already there is taken. To keep it, or to bring it to a machine without a network, put your folder between the quotation marks: it has `mlnet/NasBert2000000.tsm`. The outputs stored here are of a run that began with random weights.

string weights = "";
if (weights != "")
{
    mlContext.TempFilePath = Path.GetFullPath(weights);
}

var reader = trainers.TextClassification(scoreColumnName: "TextScore", outputColumnName: "TextLabel", sentence1ColumnName: "Caption", batchSize: 16, maxEpochs: 8)
    .Fit(parts.TrainSet);
var ofReader = Evaluation.Of(mlContext, reader.Transform(parts.TestSet), "Label", "TextScore", "TextLabel");
Console.WriteLine($"reader, of captions that it has not seen: {ofReader.Accuracy:P1}");

// ## The student
//
// The reader's scores become columns of the pictures' rows, and teach; the class that was read takes the place of a label. `Cache` lets the reader read every caption once.

IDataView read = mlContext.Data.Cache(reader.Transform(told));
var student = trainers.WcordDistillation(Teacher.FromColumns("TextScore", "TextScore"), new WcordDistillationOptions
{
    Student = "resnet8", LabelColumnName = "TextLabel", SoftTargetWeight = 1,
    Critic = CriticForm.InfoNce, Negatives = 0, Epochs = 12, BatchSize = 32, Seed = 1,
}).Fit(read);
Console.WriteLine(student.History);

// ## Pictures without words
//
// The pictures to test on were never seen, and have no caption: only pixels, and the class to compare with. Of eight classes, one guess in eight is right.

IDataView test = classes.Transform(Only(mlContext.Data.LoadFromEnumerable(Pictures(Cifar100Split.Test)), "Pixels", "Class"));
Evaluation ofStudent = Evaluation.Of(mlContext, student.Transform(test));
Console.WriteLine(ofStudent);

// To compare: the same network, had somebody looked at every picture and given it its class. A caption that was read wrongly taught wrongly: look at the reader first.

var labelled = trainers.NetworkTraining(new NetworkTrainingOptions { Network = "resnet8", Epochs = 12, BatchSize = 32, Seed = 1 })
    .Fit(classes.Transform(mlContext.Data.LoadFromEnumerable(train)));
Console.WriteLine($"student, taught by words:  {ofStudent.Accuracy:P1}");
Console.WriteLine($"student, every label true: {Evaluation.Of(mlContext, labelled.Transform(test)).Accuracy:P1}");

// With a project of your own and files instead of made rows: [docs/words-teach-pictures.md](../docs/words-teach-pictures.md). More of teachers that see something else: [04-cross-modal](04-cross-modal.ipynb).

class Sentence
{
    public string Caption { get; set; } = "";
    public string Thing { get; set; } = "";
    public string Class { get; set; } = "";
}

class CaptionedPicture : Sentence
{
    [VectorType(3, 32, 32)] public byte[] Pixels { get; set; } = [];
}
