namespace WCoRD.MLNet;

/// <summary>
/// Made data in CIFAR-100's layout, for trying things out without a download: coloured shapes (coarse classes) in textures (fine classes)
/// over clutter and noise.
/// </summary>
/// <remarks>The same counts and seed give the same bytes on every machine. The numbers of one seed say nothing about real images.</remarks>
public static class SampleImages
{
    internal const int DefaultTrainCount = 5000;
    internal const int DefaultTestCount = 1000;

    /// <summary>
    /// Writes <c>train.bin</c>, <c>test.bin</c>, <c>fine_label_names.txt</c> and <c>coarse_label_names.txt</c>, replacing earlier made
    /// data.
    /// </summary>
    /// <param name="folder">The folder; created where it is missing.</param>
    /// <param name="trainCount">The number of training images, at least 1. Default 5,000. Classes are balanced: any 100 rows from a
    /// multiple of 100 on hold every class once.</param>
    /// <param name="testCount">The number of test images, at least 1. Default 1,000.</param>
    /// <param name="seed">The seed of every draw. Default 1. The first images of a longer file are those of a shorter one.</param>
    /// <exception cref="ArgumentException">A count is below 1 or the folder's name is empty.</exception>
    /// <exception cref="IOException">The folder holds image files that are not made data, or cannot be written.</exception>
    public static void Write(string folder, int trainCount = DefaultTrainCount, int testCount = DefaultTestCount, int seed = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(trainCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(testCount, 1);
        folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(folder);
        CheckMayReplace(folder);

        // The names go first: images whose names are missing would be taken for the official ones.
        WholeFile.Write(Path.Combine(folder, Cifar100Names.FineFile), stream => WriteLines(stream, SampleShapes.FineNames));
        WholeFile.Write(Path.Combine(folder, Cifar100Names.CoarseFile), stream => WriteLines(stream, SampleShapes.Shapes));
        WholeFile.Write(
            Path.Combine(folder, Cifar100File.NameOf(Cifar100Split.Train)),
            stream => WriteImages(stream, trainCount, seed, Cifar100Split.Train));
        WholeFile.Write(
            Path.Combine(folder, Cifar100File.NameOf(Cifar100Split.Test)),
            stream => WriteImages(stream, testCount, seed, Cifar100Split.Test));
    }

    private static void CheckMayReplace(string folder)
    {
        string names = Path.Combine(folder, Cifar100Names.FineFile);
        bool isSample = File.Exists(names) && File.ReadLines(names).SequenceEqual(SampleShapes.FineNames);
        string? other = new[] { Cifar100Split.Train, Cifar100Split.Test }
            .Select(split => Path.Combine(folder, Cifar100File.NameOf(split)))
            .Append(names)
            .FirstOrDefault(File.Exists);
        if (!isSample && other is not null)
        {
            throw new IOException(
                $"'{other}' is there and is not made data: it is not replaced. Choose another folder, or move the file away.");
        }
    }

    private static void WriteImages(Stream stream, int count, int seed, Cifar100Split split)
    {
        Span<byte> record = stackalloc byte[Cifar100File.RecordBytes];
        var classes = new SampleClasses(seed, split);
        for (int row = 0; row < count; row++)
        {
            int fine = classes.Next(row);
            int coarse = fine / SampleShapes.Textures.Count;
            record[0] = (byte)coarse;
            record[1] = (byte)fine;
            new SamplePainter(classes.RandomOf(row)).Paint(coarse, fine % SampleShapes.Textures.Count, record[Cifar100File.LabelBytes..]);
            stream.Write(record);
        }
    }

    private static void WriteLines(Stream stream, IEnumerable<string> lines)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        foreach (string line in lines)
        {
            writer.WriteLine(line);
        }
    }
}
