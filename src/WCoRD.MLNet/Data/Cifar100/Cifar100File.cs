namespace WCoRD.MLNet;

/// <summary>
/// CIFAR-100's files of records: the coarse class (1 byte), the fine class (1 byte), then 3,072 bytes of pixels (planes red, green, blue,
/// row by row).
/// </summary>
internal static class Cifar100File
{
    public const int LabelBytes = 2;
    public const int PixelBytes = 3 * 32 * 32;
    public const int RecordBytes = LabelBytes + PixelBytes;

    /// <summary>The folder inside the official archive.</summary>
    public const string ArchiveFolder = "cifar-100-binary";

    private static readonly RecordFormat Format = new("CIFAR-100's binary layout", "download or generate it again");

    public static string NameOf(Cifar100Split split) => split == Cifar100Split.Train ? "train.bin" : "test.bin";

    public static FileRecords Find(string path, Cifar100Split split)
    {
        string full = Path.GetFullPath(path);
        if (!Directory.Exists(full))
        {
            return File.Exists(full) ? Open(full)
                : throw new FileNotFoundException(
                    $"'{full}' does not exist: expected a folder with {NameOf(split)}, or one file in CIFAR-100's binary layout.", full);
        }

        string[] places = [Path.Combine(full, NameOf(split)), Path.Combine(full, ArchiveFolder, NameOf(split))];
        return places.FirstOrDefault(File.Exists) is { } found ? Open(found)
            : throw new FileNotFoundException(
                $"The folder '{full}' has no {NameOf(split)}, nor has a folder {ArchiveFolder} in it: "
                + "expected the unpacked binary version of CIFAR-100. "
                + $"Get it with {nameof(Cifar100Archive)}, or generate made data with {nameof(SampleImages)}.",
                places[0]);
    }

    private static FileRecords Open(string path) => new(path, Format, headerBytes: 0, RecordBytes);
}
