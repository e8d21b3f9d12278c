// A folder of photographs becomes a small classifier that learned from a larger one.
//   dotnet run samples/own-photographs.cs PHOTOS student.zip [EPOCHS]
// PHOTOS has a folder for each class: PHOTOS/train/daisy/1.jpg ... to learn from, and PHOTOS/test/daisy/9.jpg ... to measure on.
#:project ../src/WCoRD.MLNet/WCoRD.MLNet.csproj
#:package TorchSharp-cpu

using System.Globalization;
using Microsoft.ML;
using WCoRD.MLNet;

if (args is not [string folder, string saved, .. string[] rest])
{
    Console.Error.WriteLine("usage: dotnet run samples/own-photographs.cs PHOTOS student.zip [EPOCHS]");
    return 2;
}

const int Side = 64;
int epochs = rest is [string number] ? int.Parse(number, CultureInfo.InvariantCulture) : 60;
var mlContext = new MLContext(seed: 1);
mlContext.Log += (_, message) =>
{
    // What the loader left out, the teacher's check, an epoch's loss.
    if (message.Kind >= Microsoft.ML.Runtime.ChannelMessageKind.Info && message.Source.Contains("WCoRD", StringComparison.Ordinal))
    {
        Console.WriteLine(message.Message);
    }
};

string trainFolder = Path.Combine(folder, "train"), testFolder = Path.Combine(folder, "test");
var options = new ImageFolderOptions { Height = Side, Width = Side };
IDataView train = mlContext.Data.LoadFromImageFolder(trainFolder, options);
// The same keys, also where the test folder lacks a class.
options.ClassNames = mlContext.Data.FindImageClasses(trainFolder);
IDataView test = mlContext.Data.LoadFromImageFolder(testFolder, options);

// A teacher, by the labels alone. If you have a better one, take it: see docs/how-to.md, "Bring your own teacher".
var trainers = mlContext.MulticlassClassification.Trainers;
using NetworkTransformer large = trainers.NetworkTraining(network: "resnet20", epochs: epochs).Fit(train);
using Teacher teacher = Teacher.FromModel(large);

// Decoding is a stage of the chain, so that the saved model takes photographs.
var pipeline = mlContext.Transforms.LoadPixels("Pixels", "ImagePath", Side, Side)
    .Append(trainers.WcordDistillation(teacher, new WcordDistillationOptions { Student = "resnet8", SoftTargetWeight = 1, Epochs = epochs }))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("Class", "PredictedLabel"));
var student = pipeline.Fit(train);
mlContext.Model.Save(student, train.Schema, saved);
Console.WriteLine(Evaluation.Of(mlContext, student.Transform(test)));

using var engine = mlContext.Model.CreatePredictionEngine<Photograph, Classified>(mlContext.Model.Load(saved, out _));
string one = mlContext.Data.FindImages(testFolder)[0];
Classified found = engine.Predict(new Photograph { ImagePath = one });
Console.WriteLine(FormattableString.Invariant($"{one}: {found.Class}, {found.Score.Max():P1}"));
return 0;

internal sealed class Photograph
{
    public string ImagePath { get; set; } = "";
}

internal sealed class Classified
{
    public string Class { get; set; } = "";

    public float[] Score { get; set; } = [];
}
