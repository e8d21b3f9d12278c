using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class Cifar100ArchiveTests
{
    private static readonly byte[] Archive = Pack("train.bin", "test.bin", "fine_label_names.txt", "coarse_label_names.txt");

    [TestMethod]
    public async Task Download_Whole_LeavesTheFourFilesOnly()
    {
        using var folder = new TemporaryFolder();
        using var server = new ArchiveServer(Archive);
        var reports = new Reports();

        await Cifar100Archive.DownloadAsync(folder.Path, server.Url, Md5(Archive), reports);

        CollectionAssert.AreEquivalent(
            new[] { "train.bin", "test.bin", "fine_label_names.txt", "coarse_label_names.txt" },
            Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).ToArray());
        CollectionAssert.AreEqual(Content("train.bin"), File.ReadAllBytes(folder.File("train.bin")));
        Assert.IsFalse(File.Exists(Path.Combine(folder.Path, "..", "evil.txt")));
        Assert.AreEqual((Archive.Length, (long?)Archive.Length), reports.Last);

        // Complete: nothing is asked of the server again.
        await Cifar100Archive.DownloadAsync(folder.Path, server.Url, Md5(Archive));
        Assert.HasCount(1, server.Asked);
    }

    [TestMethod]
    public async Task Download_Interrupted_IsResumed()
    {
        using var folder = new TemporaryFolder();
        using var server = new ArchiveServer(Archive) { CutAfter = 1000 };

        IOException error = await Assert.ThrowsExactlyAsync<IOException>(() => Cifar100Archive.DownloadAsync(folder.Path, server.Url, Md5(Archive)));
        StringAssert.Contains(error.Message, $"stopped after 1000 of {Archive.Length} bytes");
        server.CutAfter = null;
        await Cifar100Archive.DownloadAsync(folder.Path, server.Url, Md5(Archive));

        CollectionAssert.AreEqual(new[] { "", "bytes=1000-" }, server.Asked);
        CollectionAssert.AreEqual(new[] { 1000, Archive.Length - 1000 }, server.Sent);
        CollectionAssert.AreEqual(Content("test.bin"), File.ReadAllBytes(folder.File("test.bin")));
    }

    [TestMethod]
    public async Task Download_ServerWithoutRanges_StartsOver()
    {
        using var folder = new TemporaryFolder();
        using var server = new ArchiveServer(Archive) { Ranges = false };
        File.WriteAllBytes(folder.File("cifar-100-binary.tar.gz.part"), Archive[..700]);

        await Cifar100Archive.DownloadAsync(folder.Path, server.Url, Md5(Archive));

        CollectionAssert.AreEqual(new[] { "bytes=700-" }, server.Asked);
        CollectionAssert.AreEqual(new[] { Archive.Length }, server.Sent);
    }

    [TestMethod]
    [DataRow(0, 1)]
    [DataRow(5, 2)]
    public async Task Download_PartAsLongOrLonger_IsTakenOrReplaced(int extra, int requests)
    {
        using var folder = new TemporaryFolder();
        using var server = new ArchiveServer(Archive);
        File.WriteAllBytes(folder.File("cifar-100-binary.tar.gz.part"), [.. Archive, .. new byte[extra]]);

        await Cifar100Archive.DownloadAsync(folder.Path, server.Url, Md5(Archive));

        Assert.HasCount(requests, server.Asked);
        CollectionAssert.AreEqual(Content("train.bin"), File.ReadAllBytes(folder.File("train.bin")));
    }

    [TestMethod]
    public async Task Download_PartOfAnotherVersion_StartsOver()
    {
        using var folder = new TemporaryFolder();
        using var server = new ArchiveServer(Archive);
        File.WriteAllBytes(folder.File("cifar-100-binary.tar.gz.part"), new byte[500]);

        await Cifar100Archive.DownloadAsync(folder.Path, server.Url, Md5(Archive));

        CollectionAssert.AreEqual(new[] { "bytes=500-", "" }, server.Asked);
    }

    [TestMethod]
    public async Task Download_WrongChecksum_NamesBothAndRemovesTheFile()
    {
        using var folder = new TemporaryFolder();
        using var server = new ArchiveServer(Archive);

        InvalidDataException error = await Assert.ThrowsExactlyAsync<InvalidDataException>(() => Cifar100Archive.DownloadAsync(folder.Path, server.Url));

        StringAssert.Contains(error.Message, $"{Md5(Archive)}: expected 03b5dce01913d631647c71ecec9e9cb8");
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public async Task Download_NotFound_NamesTheAnswer()
    {
        using var folder = new TemporaryFolder();
        using var server = new ArchiveServer(Archive) { Missing = true };

        HttpRequestException error = await Assert.ThrowsExactlyAsync<HttpRequestException>(() => Cifar100Archive.DownloadAsync(folder.Path, server.Url));

        StringAssert.Contains(error.Message, "answered 404 (Not Found)");
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public async Task Download_ArchiveLacksAFile_IsRefused()
    {
        using var folder = new TemporaryFolder();
        byte[] archive = Pack("train.bin", "fine_label_names.txt", "coarse_label_names.txt");
        using var server = new ArchiveServer(archive);

        InvalidDataException error = await Assert.ThrowsExactlyAsync<InvalidDataException>(() => Cifar100Archive.DownloadAsync(folder.Path, server.Url, Md5(archive)));

        StringAssert.Contains(error.Message, "no cifar-100-binary/test.bin");
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public async Task Download_FolderHoldsOtherData_IsRefused()
    {
        using var folder = new TemporaryFolder();
        SampleImages.Write(folder.Path, 1, 1);

        IOException error = await Assert.ThrowsExactlyAsync<IOException>(() => Cifar100Archive.DownloadAsync(folder.Path, new Uri("http://127.0.0.1:1/")));

        StringAssert.Contains(error.Message, "it is not replaced");
    }

    private static byte[] Content(string name) => name switch
    {
        "train.bin" => TemporaryFolder.Records(20),
        "test.bin" => TemporaryFolder.Records(5),
        _ => System.Text.Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, name[0] == 'f' ? 100 : 20).Select(i => $"n{i}"))),
    };

    private static byte[] Pack(params string[] names)
    {
        var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.NoCompression))
        using (var tar = new TarWriter(zip))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, "cifar-100-binary/"));
            foreach (string name in names)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"cifar-100-binary/{name}") { DataStream = new MemoryStream(Content(name)) });
            }

            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "../evil.txt") { DataStream = new MemoryStream([1]) });
        }

        return packed.ToArray();
    }

#pragma warning disable CA5351 // What the publisher states.
    private static string Md5(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351

    private sealed class Reports : IProgress<(long Bytes, long? Total)>
    {
        public (long Bytes, long? Total) Last { get; private set; }

        public void Report((long Bytes, long? Total) value) => Last = value;
    }
}
