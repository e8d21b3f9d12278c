using System.CommandLine;
using Microsoft.ML;
using Microsoft.ML.Data;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord data info</c>: counts, classes and sizes of a data folder, and what is wrong with its files.</summary>
internal static class DataInfoCommand
{
    private static readonly FolderArgument Folder = new(DataSource.Description, "--data");

    public static Command Create()
    {
        var command = new Command(
            "info", "Describe a data folder: rows, classes and image sizes of each part; of photographs every file is decoded.")
        {
            CommonOptions.Json,
        };
        Folder.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string path = Folder.Of(parsed);
        var mlContext = new MLContext();
        DataSource source = DataSource.Open(path, imageSize: null);
        if (source is PhotoSource photos)
        {
            PhotoPart[] parts = [.. PartsOf(photos).Select(part => new PhotoPart(part.Name, mlContext.Data.InspectImageFolder(part.Folder)))];
            Write(parsed, path, parts);
        }
        else
        {
            Part[] parts =
            [
                .. source.Parts.Select(split => Describe(
                    source.Rows(mlContext, split), File.Exists(path) ? "file" : split.ToString().ToLowerInvariant())),
            ];
            Write(parsed, path, parts);
        }

        return 0;
    }

    private static void Write(ParseResult parsed, string path, object[] parts)
    {
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { Path = path, Parts = parts });
            return;
        }

        foreach (object part in parts)
        {
            Console.WriteLine(part.ToString());
        }
    }

    private static IEnumerable<(string Name, string Folder)> PartsOf(PhotoSource photos) => photos.Parts.Count == 0
        ? [("all", photos.Path)]
        : photos.Parts.Select(part => (part.ToString().ToLowerInvariant(), photos.PartFolder(part)));

    private static Part Describe(IDataView data, string name)
    {
        DataViewSchema.Column label = data.Schema["Label"];
        long[] counts = new long[((KeyDataViewType)label.Type).Count];
        uint[] keys = [.. data.GetColumn<uint>("Label")];
        foreach (uint key in keys)
        {
            counts[key - 1]++;
        }

        long[] present = [.. counts.Where(count => count > 0)];
        ulong coarse = ((KeyDataViewType)data.Schema["CoarseLabel"].Type).Count;
        string size = string.Join('x', ((VectorDataViewType)data.Schema["Pixels"].Type).Dimensions.Select(side => Invariant($"{side}")));
        return new Part(
            name, keys.Length, present.Length, (long)coarse, present.DefaultIfEmpty().Min(), present.DefaultIfEmpty().Max(), size);
    }

    private sealed record Part(string Name, long Rows, int Classes, long CoarseClasses, long SmallestClass, long LargestClass, string Size)
    {
        public override string ToString() =>
            Invariant($"{Name,-5}  {Rows} rows, {Classes} classes ({SmallestClass} to {LargestClass} rows each) ")
                + Invariant($"in {CoarseClasses} coarse ones, images {Size}");
    }

    private sealed record PhotoPart(string Name, ImageFolderReport Report)
    {
        public override string ToString()
        {
            IEnumerable<string> lines =
            [
                Invariant($"{Name}: {Report.ClassCounts.Values.Sum()} images of {Report.ClassCounts.Count} classes, ")
                    + $"{Report.SmallestImage} to {Report.LargestImage} pixels (height x width)",
                .. Report.ClassCounts.Select(item => Invariant($"{item.Value,8}  {item.Key}")),
                .. Report.Damaged.Select(item => $"   damaged: '{item.Key}' {item.Value}"),
                .. Report.OtherFiles.Select(file => $"  no image: '{file}'"),
                .. Report.SamePictures.Select(paths => $"  the same: {string.Join(", ", paths.Select(path => $"'{path}'"))}"),
                .. Report.LooseFiles == 0 ? [] : (string[])[Invariant($"  {Report.LooseFiles} file(s) in no class's folder")],
            ];
            return string.Join(Environment.NewLine, lines);
        }
    }
}
