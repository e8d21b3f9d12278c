using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>Adds CIFAR-100's binary files to <see cref="MLContext.Data"/>.</summary>
public static class Cifar100Catalog
{
    /// <summary>Opens a file in CIFAR-100's binary layout as rows. Images are read only when a cursor asks for them.</summary>
    /// <param name="catalog">The <c>Data</c> of an <see cref="MLContext"/>.</param>
    /// <param name="path">
    /// The folder that holds <c>train.bin</c> and <c>test.bin</c> (or the unpacked <c>cifar-100-binary</c>), or one file, whatever its
    /// name.
    /// Files <c>fine_label_names.txt</c> and <c>coarse_label_names.txt</c> beside the data give the class names; without them the official
    /// names are taken.
    /// </param>
    /// <param name="split">Which file of the folder; of no effect where <paramref name="path"/> is a file.</param>
    /// <returns>
    /// Rows with <c>Label</c> (a key with 100 named values), <c>CoarseLabel</c> (a key with 20 named values) and
    /// <c>Pixels</c> (bytes of size <c>[3, 32, 32]</c>: the planes red, green, blue).
    /// </returns>
    /// <exception cref="ArgumentException">The path is empty or the split unknown.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is empty, ends within a record, or a name file has a wrong number of
    /// names.</exception>
    /// <example>
    /// <code language="csharp"><![CDATA[
    /// IDataView train = mlContext.Data.LoadFromCifar100("cifar-100-binary", Cifar100Split.Train);
    /// IDataView test = mlContext.Data.LoadFromCifar100("cifar-100-binary", Cifar100Split.Test);
    /// ]]></code>
    /// </example>
    public static IDataView LoadFromCifar100(this DataOperationsCatalog catalog, string path, Cifar100Split split = Cifar100Split.Train)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!Enum.IsDefined(split))
        {
            throw new ArgumentOutOfRangeException(nameof(split), split, "The split is unknown: expected Train or Test.");
        }

        FileRecords records = Cifar100File.Find(path, split);
        string folder = Path.GetDirectoryName(records.Path)!;
        return new RecordView(
        [
            new RecordColumn(records, new KeyField("Label", "fine label", offset: 1, Cifar100Names.Fine(folder))),
            new RecordColumn(records, new KeyField("CoarseLabel", "coarse label", offset: 0, Cifar100Names.Coarse(folder))),
            new RecordColumn(records, new PixelsField("Pixels", Cifar100File.LabelBytes, 3, 32, 32)),
        ]);
    }
}
