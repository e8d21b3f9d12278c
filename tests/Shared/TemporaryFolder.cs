namespace WCoRD.MLNet.Tests;

/// <summary>A folder of its own for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("wcord-test-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Writes records whose bytes are known by formula: fine class i mod 100, coarse class i mod 20, pixel p = (7 i + p) mod 256.</summary>
    public string WriteRecords(int rows, string name = "train.bin")
    {
        System.IO.File.WriteAllBytes(File(name), Records(rows));
        return File(name);
    }

    public static byte[] Records(int rows)
    {
        var bytes = new byte[rows * 3074];
        for (int i = 0; i < rows; i++)
        {
            bytes[i * 3074] = (byte)(i % 20);
            bytes[(i * 3074) + 1] = (byte)(i % 100);
            for (int p = 0; p < 3072; p++)
            {
                bytes[(i * 3074) + 2 + p] = (byte)((7 * i) + p);
            }
        }

        return bytes;
    }
}
