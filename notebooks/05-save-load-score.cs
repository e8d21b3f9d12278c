// Made from 05-save-load-score.ipynb by this repository's tests, which WCORD_UPDATE=1 lets write it again. Run it with: dotnet run notebooks/05-save-load-score.cs
// On a Linux older than Debian 13 or Ubuntu 24.04 run `. eng/env.sh` in the same shell first: TorchSharp needs a newer libstdc++ than that system's.
#:project ../src/WCoRD.MLNet/WCoRD.MLNet.csproj
#:package TorchSharp-cpu
#:property PublishAot=false

using KeyOrdinality = Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality;
using Microsoft.ML.Data;
using Microsoft.ML;
using System.IO;
using WCoRD.MLNet;

// # 5. Save, load and score
//
// A trained student is a model of ML.NET like any other: it is saved in a file, loaded in another process, and scores rows in batches or one at a time.

// ## Packages
//
// `WCoRD.MLNet` brings ML.NET and TorchSharp; `TorchSharp-cpu` is libtorch for any processor. To take a package that you packed yourself (`dotnet pack src/WCoRD.MLNet -c Release -o FOLDER`), remove the `//` before `#i` and put its folder there. On a Linux older than Debian 13 or Ubuntu 24.04, run `. eng/env.sh` in the shell that starts the kernel.

var mlContext = new MLContext(seed: 1);

// ## Something to save
//
// Eight classes of made images, or of the real CIFAR-100 if you give its folder, and a small network trained on them. (A student of a teacher is saved in just the same way; this is quicker.)

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

// The network is one stage of a chain; the next stage turns the predicted key into its name.

var pipeline = mlContext.MulticlassClassification.Trainers
    .NetworkTraining(new NetworkTrainingOptions { Network = "resnet8", Epochs = 12, BatchSize = 32 })
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("Class", "PredictedLabel"));
var model = pipeline.Fit(train);

// ## The card
//
// The model knows what it reads, what it adds, and how it was trained. The card is saved with it; `wcord info FILE` prints it.

var network = model.OfType<NetworkTransformer>().Single();
Console.WriteLine(network.Card);

// ## Save and load
//
// The file is ML.NET's own, of the whole chain. It holds weights and no code. A process that loads it needs this package and one of TorchSharp's, nothing else.

string file = Path.Combine(folder, "student.zip");
mlContext.Model.Save(model, train.Schema, file);
ITransformer loaded = mlContext.Model.Load(file, out DataViewSchema schema);
Console.WriteLine($"{new FileInfo(file).Length / 1024} KB, {network.Classes} classes");

// ## Many rows
//
// `Transform` computes nothing yet. Rows are scored when somebody reads them, 128 by one call of the network.

IDataView scored = loaded.Transform(test);
Console.WriteLine(DataPreview.Of(scored, rows: 10, ["Pixels", "Label", "PredictedLabel", "Score"]));

// The loaded model says exactly what the trained one says:

var before = model.Transform(test).GetColumn<float[]>("Score").SelectMany(scores => scores);
var after = scored.GetColumn<float[]>("Score").SelectMany(scores => scores);
Console.WriteLine($"the same scores: {before.SequenceEqual(after)}");

Console.WriteLine(Evaluation.Of(mlContext, scored));

// ## One row at a time
//
// A service that gets one picture at a time takes a `PredictionEngine`. Its input needs only what the model reads.

var engine = mlContext.Model.CreatePredictionEngine<Photo, Answer>(loaded);
byte[][] photos = test.GetColumn<byte[]>("Pixels").Take(5).ToArray();
foreach (byte[] pixels in photos)
{
    Answer answer = engine.Predict(new Photo { Pixels = pixels });
    Console.WriteLine($"{answer.Class,-10} {answer.Score.Max():P1}");
}

// ## When something does not fit
//
// Errors name the column, what was found, what was expected and what to do. Here the rows have lost their pictures:

try
{
    IDataView without = mlContext.Transforms.DropColumns("Pixels").Fit(test).Transform(test);
    loaded.Transform(without);
}
catch (ArgumentException error)
{
    Console.WriteLine(error.Message);
}

// ## What there is not
//
// * **ONNX.** TorchSharp cannot export it, so the model stays in ML.NET's format. (A teacher may well come from ONNX: `Teacher.FromOnnx`.)
// * **Smaller numbers.** Weights are saved in 32 bits. `Precision.BFloat16` makes computing faster, not the file smaller.

public sealed class Photo
{
    [VectorType(3, 32, 32)]
    public byte[] Pixels { get; set; } = [];
}

public sealed class Answer
{
    public string Class { get; set; } = "";

    public float[] Score { get; set; } = [];
}
