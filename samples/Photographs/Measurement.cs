using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Photographs;

/// <summary>Accuracy, size and time of models, from photographs on disk to classes.</summary>
internal static class Measurement
{
    private const int Repeats = 5;

    public static string Line(MLContext mlContext, Contender contender, IDataView test) =>
        Invariant($"{contender.Name}: {Accuracy(mlContext, contender, test):F1} %\n");

    /// <summary>A table in Markdown. Times are taken in turn, so that what slows the machine down slows all of them.</summary>
    public static string Table(MLContext mlContext, IReadOnlyList<Contender> contenders, IDataView test)
    {
        var times = contenders.Select(_ => new List<double>()).ToArray();
        for (int repeat = 0; repeat <= Repeats; repeat++)
        {
            foreach ((int i, Contender contender) in contenders.Index())
            {
                double time = Milliseconds(contender, test);
                if (repeat > 0)
                {
                    times[i].Add(time);
                }
            }
        }

        IEnumerable<string> lines = contenders.Select((contender, i) =>
            Invariant($"| {contender.Name} | {Accuracy(mlContext, contender, test):F1} | {contender.Bytes / 1e6:F2} | ")
                + Invariant($"{times[i].Order().ElementAt(Repeats / 2):F2} ({times[i].Min():F2} to {times[i].Max():F2}) |\n"));
        return "| | top-1 % | model file, MB | ms a photograph, through Transform: median (least to most) |\n|---|---|---|---|\n" + string.Concat(lines);
    }

    private static double Accuracy(MLContext mlContext, Contender contender, IDataView test) =>
        100 * mlContext.MulticlassClassification.Evaluate(contender.Model.Transform(test)).MicroAccuracy;

    private static double Milliseconds(Contender contender, IDataView test)
    {
        var watch = Stopwatch.StartNew();
        int rows = contender.Model.Transform(test).GetColumn<float[]>("Score").Count();
        return watch.Elapsed.TotalMilliseconds / rows;
    }
}
