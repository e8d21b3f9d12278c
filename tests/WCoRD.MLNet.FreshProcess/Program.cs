// A user's process that references the package and names none of its types: loads a model, scores rows, prints the scores.
// FreshProcess MODEL.zip PIXELS.bin [CAPTIONS.txt]     PIXELS.bin: rows of 3 x 8 x 8 bytes; CAPTIONS.txt: a line for each
// FreshProcess MODEL.zip PHOTO...        photographs, each by its path and by its bytes, one at a time
// FreshProcess MODEL.onnx               says why this process, without ONNX Runtime, has no teacher of it
// FreshProcess                          prints a number by the process's culture
using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

if (args.Length == 0)
{
    Console.WriteLine((-1.5).ToString(CultureInfo.CurrentCulture));
    return;
}

if (args[0].EndsWith(".onnx", StringComparison.Ordinal))
{
    try
    {
        Assembly.Load("WCoRD.MLNet").GetType("WCoRD.MLNet.Teacher")!.GetMethod("FromOnnx")!.Invoke(null, [args[0], null]);
    }
    catch (TargetInvocationException fault)
    {
        Console.WriteLine(fault.InnerException!.Message);
    }

    return;
}

var mlContext = new MLContext();
ITransformer model = mlContext.Model.Load(args[0], out _);
if (!args[1].EndsWith(".bin", StringComparison.Ordinal))
{
    using PredictionEngine<PhotoPath, Scores> byPath = mlContext.Model.CreatePredictionEngine<PhotoPath, Scores>(model);
    using PredictionEngine<PhotoBytes, Scores> byBytes = mlContext.Model.CreatePredictionEngine<PhotoBytes, Scores>(model);
    foreach (string path in args[1..])
    {
        Console.WriteLine(Text(byPath.Predict(new PhotoPath { ImagePath = path }).Score));
        Console.WriteLine(Text(byBytes.Predict(new PhotoBytes { ImagePath = File.ReadAllBytes(path) }).Score));
    }

    return;
}

byte[] pixels = File.ReadAllBytes(args[1]);
string[] captions = args.Length > 2 ? File.ReadAllLines(args[2]) : [];
IDataView rows = mlContext.Data.LoadFromEnumerable(pixels.Chunk(192).Select((row, i) => new Row { Pixels = row, Text = captions.ElementAtOrDefault(i) ?? "" }));
IDataView scored = model.Transform(rows);
foreach ((string name, float[] scores) in scored.GetColumn<string>("Class").Zip(scored.GetColumn<float[]>("Score")))
{
    Console.WriteLine($"{name}: {Text(scores)}");
}

static string Text(float[] scores) => string.Join(' ', scores.Select(score => score.ToString("R", CultureInfo.InvariantCulture)));

internal sealed class Row
{
    [VectorType(3, 8, 8)]
    public byte[] Pixels { get; set; } = [];

    public string Text { get; set; } = "";
}

internal sealed class PhotoPath
{
    public string ImagePath { get; set; } = "";
}

internal sealed class PhotoBytes
{
    public byte[] ImagePath { get; set; } = [];
}

internal sealed class Scores
{
    public float[] Score { get; set; } = [];
}
