using System.Globalization;
using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>Adds files in MNIST's format to <see cref="MLContext.Data"/>.</summary>
public static class IdxCatalog
{
    /// <summary>
    /// Opens a pair of files in MNIST's IDX format, plain or packed by gzip, as rows. Plain files are read when a cursor asks for a row;
    /// packed ones are unpacked into memory.
    /// </summary>
    /// <param name="catalog">The <c>Data</c> of an <see cref="MLContext"/>.</param>
    /// <param name="imagesPath">Unsigned bytes of 3 dimensions (images, height, width) or 4 (images, channels, height, width).</param>
    /// <param name="labelsPath">Unsigned bytes of one dimension, as many.</param>
    /// <param name="classes">The number of classes, 2 to 256.</param>
    /// <returns>Rows with <c>Label</c> (a key whose values are named by their numbers: 0, 1, ...) and <c>Pixels</c> (bytes of channels x
    /// height x width).</returns>
    /// <exception cref="ArgumentException">A path is empty, or the number of classes out of range.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A file is of another format, dimension or length, or the two hold different
    /// counts.</exception>
    /// <example>
    /// <code language="csharp"><![CDATA[
    /// IDataView digits = mlContext.Data.LoadFromIdx("train-images-idx3-ubyte", "train-labels-idx1-ubyte");
    /// ]]></code>
    /// </example>
    public static IDataView LoadFromIdx(this DataOperationsCatalog catalog, string imagesPath, string labelsPath, int classes = 10)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(imagesPath);
        ArgumentException.ThrowIfNullOrWhiteSpace(labelsPath);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, 256);
        IdxFile images = IdxFile.Open(imagesPath, nameof(imagesPath)), labels = IdxFile.Open(labelsPath, nameof(labelsPath));
        PixelsField pixels = images.Dimensions switch
        {
            [int height, int width] => new PixelsField("Pixels", 0, 1, height, width),
            [int channels, int height, int width] => new PixelsField("Pixels", 0, channels, height, width),
            _ => throw new InvalidDataException(Invariant($"'{images.Records.Path}' has {images.Dimensions.Length + 1} dimension(s): ")
                + "expected 3 (images, height, width) or 4 (images, channels, height, width)."),
        };
        if (labels.Dimensions.Length > 0)
        {
            throw new InvalidDataException(
                Invariant($"'{labels.Records.Path}' has {labels.Dimensions.Length + 1} dimensions: expected 1, a label for each image."));
        }

        if (images.Records.Rows != labels.Records.Rows)
        {
            throw new InvalidDataException(Invariant($"'{images.Records.Path}' has {images.Records.Rows} images ")
                + Invariant($"and '{labels.Records.Path}' {labels.Records.Rows} labels: ")
                + "expected as many. Take two files that belong together.");
        }

        string[] names = [.. Enumerable.Range(0, classes).Select(number => number.ToString(CultureInfo.InvariantCulture))];
        return new RecordView(
        [
            new RecordColumn(labels.Records, new KeyField("Label", "label", 0, names)),
            new RecordColumn(images.Records, pixels),
        ]);
    }
}
