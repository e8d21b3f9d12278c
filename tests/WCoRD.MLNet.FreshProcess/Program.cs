// A user's process that references the package and names none of its types: loads a model, scores rows, prints the scores.
// FreshProcess MODEL.zip PIXELS.bin     PIXELS.bin: rows of 3 x 8 x 8 bytes
// FreshProcess                          prints a number by the process's culture
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

if (args.Length == 0)
{
    Console.WriteLine((-1.5).ToString(CultureInfo.CurrentCulture));
    return;
}

byte[] pixels = File.ReadAllBytes(args[1]);
var mlContext = new MLContext();
ITransformer model = mlContext.Model.Load(args[0], out _);
IDataView rows = mlContext.Data.LoadFromEnumerable(pixels.Chunk(192).Select(row => new Row { Pixels = row }));
IDataView scored = model.Transform(rows);
foreach ((string name, float[] scores) in scored.GetColumn<string>("Class").Zip(scored.GetColumn<float[]>("Score")))
{
    Console.WriteLine($"{name}: {string.Join(' ', scores.Select(score => score.ToString("R", CultureInfo.InvariantCulture)))}");
}

internal sealed class Row
{
    [VectorType(3, 8, 8)]
    public byte[] Pixels { get; set; } = [];
}
