using Microsoft.ML;

namespace WCoRD.MLNet.Cli.Models;

/// <summary>Where rows with labels come from: CIFAR-100's files, or a folder of photographs.</summary>
/// <param name="path">As it was named.</param>
internal abstract class DataSource(string path)
{
    public string Path => path;

    /// <summary>What the option's help says of it.</summary>
    public const string Description =
        "Photographs, a folder for each class, in DIR or in DIR/train and DIR/test; "
            + "or train.bin and test.bin (CIFAR-100's binary layout), or one such file.";

    /// <summary>Finds out what lies at a path.</summary>
    /// <param name="path">A folder or a file.</param>
    /// <param name="imageSize">Height and width that photographs are decoded to; null: the library's default.</param>
    /// <exception cref="CommandException">An image size is given for images that have one size.</exception>
    public static DataSource Open(string path, int? imageSize)
    {
        bool isFolder = Directory.Exists(path)
            && !((string[])["train.bin", "test.bin", "cifar-100-binary"]).Any(name => System.IO.Path.Exists(System.IO.Path.Combine(path, name)))
            && Directory.EnumerateDirectories(path).Any();
        return isFolder ? new PhotoSource(path, imageSize)
            : imageSize is null ? new CifarSource(path)
            : throw new CommandException(
                $"--image-size has no meaning for '{path}', whose images are 32 x 32: leave it out, or name a folder of photographs.");
    }

    /// <summary>The parts that are there.</summary>
    public abstract IReadOnlyList<Cifar100Split> Parts { get; }

    /// <summary>Rows with <c>Label</c> and <c>Pixels</c>.</summary>
    /// <param name="mlContext">The environment.</param>
    /// <param name="split">The part.</param>
    /// <param name="limit">As many rows of each class; null: all.</param>
    /// <param name="classNames">The classes of a model that is to score them; null: the data's own.</param>
    /// <param name="take">Takes some of these rows, before anything is decoded; null: all.</param>
    public abstract IDataView Rows(
        MLContext mlContext,
        Cifar100Split split,
        int? limit = null,
        IReadOnlyList<string>? classNames = null,
        Func<IDataView, IDataView>? take = null);

    /// <summary>The stage with which a saved model makes <c>Pixels</c> of what its users have; null: they have pixels.</summary>
    public abstract IEstimator<ITransformer>? Decoding(MLContext mlContext, string outputColumnName = "Pixels", int? imageSize = null);
}
