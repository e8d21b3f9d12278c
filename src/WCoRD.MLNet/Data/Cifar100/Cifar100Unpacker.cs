using System.Formats.Tar;
using System.IO.Compression;

namespace WCoRD.MLNet;

/// <summary>Unpacks the archive's four files and nothing else.</summary>
internal static class Cifar100Unpacker
{
    /// <summary>
    /// The files, in the order in which they appear in the folder: images without their names would be taken for others'.
    /// </summary>
    public static IReadOnlyList<string> FileNames { get; } =
    [
        Cifar100Names.FineFile, Cifar100Names.CoarseFile, Cifar100File.NameOf(Cifar100Split.Test), Cifar100File.NameOf(Cifar100Split.Train),
    ];

    /// <exception cref="InvalidDataException">The archive is damaged or lacks a file.</exception>
    public static async Task UnpackAsync(string archive, string folder, CancellationToken cancellationToken)
    {
        string place = Path.Combine(folder, $".unpack-{Path.GetRandomFileName()}");
        Directory.CreateDirectory(place);
        try
        {
            await ExtractAsync(archive, place, cancellationToken).ConfigureAwait(false);
            foreach (string name in FileNames)
            {
                string file = Path.Combine(place, name);
                if (!File.Exists(file))
                {
                    throw new InvalidDataException($"The archive '{archive}' has no {Cifar100File.ArchiveFolder}/{name}: "
                        + "expected the binary version of CIFAR-100. Take another source.");
                }

                if (name.EndsWith(".bin", StringComparison.Ordinal))
                {
                    // Finds an empty or cut-off file before it is in place.
                    _ = Cifar100File.Find(file, Cifar100Split.Train);
                }
            }

            foreach (string name in FileNames.Where(name => !File.Exists(Path.Combine(folder, name))))
            {
                File.Move(Path.Combine(place, name), Path.Combine(folder, name));
            }
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    // The names of the files written are ours, never the archive's, so no entry can lead out of the folder.
    private static async Task ExtractAsync(string archive, string place, CancellationToken cancellationToken)
    {
        try
        {
            using FileStream packed = File.OpenRead(archive);
            using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
            using var tar = new TarReader(unpacked);
            while (await tar.GetNextEntryAsync(cancellationToken: cancellationToken).ConfigureAwait(false) is { } entry)
            {
                string? name = FileNames.FirstOrDefault(name => entry.Name == $"{Cifar100File.ArchiveFolder}/{name}" || entry.Name == name);
                if (name is not null && entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                {
                    await entry.ExtractToFileAsync(Path.Combine(place, name), overwrite: true, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException($"The archive '{archive}' cannot be unpacked: {e.Message} Download it again.", e);
        }
    }
}
