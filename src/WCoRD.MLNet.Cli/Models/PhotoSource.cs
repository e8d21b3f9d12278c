using Microsoft.ML;

namespace WCoRD.MLNet.Cli.Models;

/// <summary>A folder of photographs, with a folder for each class, as a whole or in parts.</summary>
internal sealed class PhotoSource(string path, int? imageSize) : DataSource(path)
{
    private const string ImagePath = "ImagePath";
    private static readonly ImageFolderOptions Defaults = new();

    /// <summary>Height and width that the photographs are decoded to.</summary>
    public int ImageSize => imageSize ?? Defaults.Height;

    public override IReadOnlyList<Cifar100Split> Parts =>
        [.. Enum.GetValues<Cifar100Split>().Where(part => Directory.Exists(FolderOf(part)))];

    /// <summary>A part's folder; the whole where the folder has no parts.</summary>
    /// <exception cref="CommandException">There are parts, and this one is not.</exception>
    public string PartFolder(Cifar100Split part) => Parts.Count == 0 ? Path
        : Parts.Contains(part) ? FolderOf(part)
        : throw new CommandException(
            $"'{Path}' has no folder '{FolderOf(part)}': expected the {part.ToString().ToLowerInvariant()} photographs there, "
                + "a folder for each class.");

    public override IDataView Rows(
        MLContext mlContext, Cifar100Split split, int? limit, IReadOnlyList<string>? classNames, Func<IDataView, IDataView>? take)
    {
        var options = new ImageFolderOptions { Height = ImageSize, Width = ImageSize, ClassNames = classNames ?? TrainingClasses(mlContext, split) };
        IDataView all = mlContext.Data.LoadFromImageFolder(PartFolder(split), options);
        IDataView rows = DataRows.Limit(all, limit);
        rows = take?.Invoke(rows) ?? rows;
        // Those that are not taken need not be decoded.
        return ReferenceEquals(rows, all) ? all : Decoding(mlContext, "Pixels", null).Fit(rows).Transform(rows);
    }

    public override IEstimator<ITransformer> Decoding(MLContext mlContext, string outputColumnName, int? imageSize) =>
        mlContext.Transforms.LoadPixels(outputColumnName, ImagePath, imageSize ?? ImageSize, imageSize ?? ImageSize);

    /// <summary>The stage that decodes the photographs of any rows with their paths.</summary>
    public static ITransformer MakeDecoding(MLContext mlContext, int size) =>
        mlContext.Transforms.LoadPixels("Pixels", ImagePath, size, size).Fit(mlContext.Data.LoadFromEnumerable<PathRow>([]));

    // A test folder may have fewer classes than the training's: their keys are the training's.
    private IReadOnlyList<string>? TrainingClasses(MLContext mlContext, Cifar100Split split) =>
        split == Cifar100Split.Test && Parts.Contains(Cifar100Split.Train)
            ? mlContext.Data.FindImageClasses(FolderOf(Cifar100Split.Train))
            : null;

    private sealed class PathRow
    {
        public string ImagePath { get; init; } = "";
    }

    private string FolderOf(Cifar100Split part) => System.IO.Path.Combine(Path, part.ToString().ToLowerInvariant());
}
