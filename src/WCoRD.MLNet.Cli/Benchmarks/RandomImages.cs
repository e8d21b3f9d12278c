using Microsoft.ML;

namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>A file of random images with labels, which exists as long as this does.</summary>
internal sealed class RandomImages : IDisposable
{
    public const int Classes = 100;
    private const int Channels = 3;
    private readonly string _folder = Directory.CreateTempSubdirectory("wcord-bench").FullName;
    private readonly int _side;

    /// <param name="rows">The number of images.</param>
    /// <param name="side">Their height and width.</param>
    public RandomImages(int rows, int side)
    {
        _side = side;
        var random = new Random(1);
        byte[] row = new byte[1 + (Channels * side * side)];
        using var file = new BufferedStream(File.Create(Path), 1 << 20);
        for (int i = 0; i < rows; i++)
        {
            random.NextBytes(row);
            row[0] = (byte)(i % Classes);
            file.Write(row);
        }
    }

    /// <summary>The bytes of one image.</summary>
    /// <param name="side">Its height and width.</param>
    public static long BytesOf(int side) => (long)Channels * side * side;

    private string Path => System.IO.Path.Combine(_folder, "images.bin");

    /// <summary>The images as <c>Label</c> and <c>Pixels</c>.</summary>
    public IDataView Rows(MLContext mlContext) => mlContext.Data.LoadFromFixedRecords(
        Path, new FixedRecordLayout().Key("Label", Classes).Pixels("Pixels", Channels, _side, _side));

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
