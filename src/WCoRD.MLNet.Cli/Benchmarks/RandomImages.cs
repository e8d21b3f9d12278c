namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>A folder of random images in CIFAR-100's layout, which exists as long as this does.</summary>
internal sealed class RandomImages : IDisposable
{
    public const int Classes = 100;
    public const int Side = 32;
    private const int CoarseClasses = 20;

    /// <param name="rows">The number of training images.</param>
    public RandomImages(int rows)
    {
        var random = new Random(1);
        byte[] row = new byte[2 + (3 * Side * Side)];
        using var file = new BufferedStream(File.Create(Path.Combine(Folder, "train.bin")), 1 << 20);
        for (int i = 0; i < rows; i++)
        {
            random.NextBytes(row);
            (row[0], row[1]) = ((byte)(i % CoarseClasses), (byte)(i % Classes));
            file.Write(row);
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("wcord-bench").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
