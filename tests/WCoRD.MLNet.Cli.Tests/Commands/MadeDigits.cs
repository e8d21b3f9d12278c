using System.IO.Compression;

namespace WCoRD.MLNet.Tests;

/// <summary>Small files in MNIST's layout: each digit has a brightness of its own.</summary>
internal static class MadeDigits
{
    private const int Pictures = 2100;
    private const int Side = 28;

    public static void Write(string folder)
    {
        byte[] count = [0, 0, Pictures >> 8, Pictures & 255];
        int[] pictures = [.. Enumerable.Range(0, Pictures)];
        Write(folder, "images-idx3", [0, 0, 8, 3, .. count, 0, 0, 0, Side, 0, 0, 0, Side, .. pictures.SelectMany(i => Enumerable.Repeat((byte)(25 * (i % 10)), Side * Side))]);
        Write(folder, "labels-idx1", [0, 0, 8, 1, .. count, .. pictures.Select(i => (byte)(i % 10))]);
    }

    private static void Write(string folder, string part, byte[] bytes)
    {
        string path = Path.Combine(folder, "mnist-t10k", $"mnist-t10k-{part}-ubyte.gz");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        packed.Write(bytes);
    }
}
