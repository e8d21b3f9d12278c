using System.CommandLine;
using Microsoft.ML;
using Microsoft.ML.Data;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord data info</c>: counts, classes and sizes of a data folder.</summary>
internal static class DataInfoCommand
{
    private static readonly FolderArgument Folder = new(
        "Folder with train.bin and test.bin (CIFAR-100's binary layout), or one such file.", "--data");

    public static Command Create()
    {
        var command = new Command("info", "Describe a data folder: rows, classes and image size of each part.") { CommonOptions.Json };
        Folder.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string path = Folder.Of(parsed);
        var mlContext = new MLContext();
        Cifar100Split[] splits = File.Exists(path) ? [Cifar100Split.Train] : [Cifar100Split.Train, Cifar100Split.Test];
        Part[] parts =
        [
            .. splits.Select(split => Describe(
                mlContext.Data.LoadFromCifar100(path, split), File.Exists(path) ? "file" : split.ToString().ToLowerInvariant())),
        ];
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { Path = path, Parts = parts });
            return 0;
        }

        foreach (Part part in parts)
        {
            Console.WriteLine(
                Invariant($"{part.Name,-5}  {part.Rows} rows, {part.Classes} classes ({part.SmallestClass} to {part.LargestClass} rows each) ")
                    + Invariant($"in {part.CoarseClasses} coarse ones, images {part.Size}"));
        }

        return 0;
    }

    private static Part Describe(IDataView data, string name)
    {
        DataViewSchema.Column label = data.Schema["Label"];
        var type = (KeyDataViewType)label.Type;
        long[] counts = new long[type.Count];
        long rows = 0;
        using DataViewRowCursor cursor = data.GetRowCursor([label]);
        ValueGetter<uint> getLabel = cursor.GetGetter<uint>(label);
        uint key = 0;
        for (; cursor.MoveNext(); rows++)
        {
            getLabel(ref key);
            counts[key - 1]++;
        }

        long[] present = [.. counts.Where(count => count > 0)];
        ulong coarse = ((KeyDataViewType)data.Schema["CoarseLabel"].Type).Count;
        string size = string.Join('x', ((VectorDataViewType)data.Schema["Pixels"].Type).Dimensions.Select(side => Invariant($"{side}")));
        return new Part(name, rows, present.Length, (long)coarse, present.DefaultIfEmpty().Min(), present.DefaultIfEmpty().Max(), size);
    }

    private sealed record Part(string Name, long Rows, int Classes, long CoarseClasses, long SmallestClass, long LargestClass, string Size);
}
