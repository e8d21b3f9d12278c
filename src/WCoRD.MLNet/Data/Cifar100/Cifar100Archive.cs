using System.Security.Cryptography;

namespace WCoRD.MLNet;

/// <summary>Gets the binary version of CIFAR-100.</summary>
public static class Cifar100Archive
{
    private const string OfficialMd5 = "03b5dce01913d631647c71ecec9e9cb8";

    private static readonly Dictionary<string, string> OfficialFileMd5 = new()
    {
        ["train.bin"] = "6172c7755cfe09b2fe270c85cebc1b15",
        ["test.bin"] = "4499cfba6c016c1be1438163640a0898",
    };

    private static readonly Uri OfficialUrl = new("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz");

    /// <summary>
    /// Downloads the archive, checks it and leaves <c>train.bin</c>, <c>test.bin</c>, <c>fine_label_names.txt</c> and
    /// <c>coarse_label_names.txt</c> in the folder.
    /// An interrupted download is kept as <c>cifar-100-binary.tar.gz.part</c> and resumed by the next call. Files that are there already
    /// are kept.
    /// </summary>
    /// <param name="folder">The folder; created where it is missing.</param>
    /// <param name="url">Where to get the archive; null: its publisher's page (161 MB).</param>
    /// <param name="expectedMd5">The archive's MD5 checksum, for a mirror that packs it anew; null: the official archive's.</param>
    /// <param name="progress">Receives the bytes present so far and, where the server tells it, their total.</param>
    /// <param name="cancellationToken">Stops the download; what has arrived is kept.</param>
    /// <exception cref="ArgumentException">The folder's name is empty.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached or refuses.</exception>
    /// <exception cref="InvalidDataException">The archive's checksum or content is not as expected; it has been removed.</exception>
    /// <exception cref="IOException">The connection broke, a file cannot be written, or the folder holds other data.</exception>
    public static async Task DownloadAsync(
        string folder,
        Uri? url = null,
        string? expectedMd5 = null,
        IProgress<(long Bytes, long? Total)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        folder = Path.GetFullPath(folder);
        expectedMd5 ??= OfficialMd5;
        Directory.CreateDirectory(folder);
        if (await IsCompleteAsync(folder, IsOfficial(expectedMd5), cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        string part = Path.Combine(folder, $"{Cifar100File.ArchiveFolder}.tar.gz.part");
        var download = new ResumableDownload(url ?? OfficialUrl, part, progress);
        bool resumed = await download.RunAsync(cancellationToken).ConfigureAwait(false);
        string found = await Md5Async(part, cancellationToken).ConfigureAwait(false);
        if (resumed && !IsSame(found, expectedMd5))
        {
            // The beginning may be of another version of the archive: one more try from the start.
            File.Delete(part);
            await download.RunAsync(cancellationToken).ConfigureAwait(false);
            found = await Md5Async(part, cancellationToken).ConfigureAwait(false);
        }

        if (!IsSame(found, expectedMd5))
        {
            File.Delete(part);
            throw new InvalidDataException(
                $"The archive from {download.Url} has the MD5 checksum {found}: expected {expectedMd5}. "
                    + "It has been removed; try again, or another source.");
        }

        try
        {
            await Cifar100Unpacker.UnpackAsync(part, folder, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            File.Delete(part);
            throw;
        }

        File.Delete(part);
    }

    // Files appear by renaming, the .bin files last: what is there is whole.
    private static async Task<bool> IsCompleteAsync(string folder, bool official, CancellationToken cancellationToken)
    {
        foreach (string name in Cifar100Unpacker.FileNames)
        {
            string file = Path.Combine(folder, name);
            if (official && File.Exists(file) && OfficialFileMd5.TryGetValue(name, out string? expected))
            {
                string found = await Md5Async(file, cancellationToken).ConfigureAwait(false);
                if (!IsSame(found, expected))
                {
                    throw new IOException($"'{file}' has the MD5 checksum {found}, where CIFAR-100's has {expected}: it is not replaced. "
                        + "Choose another folder, or move the file away.");
                }
            }
        }

        return Cifar100Unpacker.FileNames.All(name => File.Exists(Path.Combine(folder, name)));
    }

    private static bool IsOfficial(string md5) => IsSame(md5, OfficialMd5);

    private static bool IsSame(string found, string expected) => string.Equals(found, expected, StringComparison.OrdinalIgnoreCase);

#pragma warning disable CA5351 // MD5 is what the publisher states; it finds damage, not malice.
    private static async Task<string> Md5Async(string file, CancellationToken cancellationToken)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(await MD5.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
    }
#pragma warning restore CA5351
}
