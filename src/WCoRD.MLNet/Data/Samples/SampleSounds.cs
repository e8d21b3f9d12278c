namespace WCoRD.MLNet;

/// <summary>
/// Made sounds that go with <see cref="SampleImages"/>: for each picture a sound of an object of its class, as a picture of frequency over
/// time.
/// </summary>
/// <remarks>
/// 32 bands (low ones at the bottom) by 32 moments: the shape decides pitch and how it moves, the texture how the sound is broken up; noise
/// and echoes lie over it.
/// The same counts and seed give the same bytes on every machine; row i belongs to row i of the images of the same seed. They are no
/// recordings, and their numbers say nothing about real sounds.
/// </remarks>
public static class SampleSounds
{
    private const int Side = 32;
    private const int Modality = 1;

    /// <summary>
    /// What stands in a record: <c>Label</c> (a key of the 100 classes of <see cref="SampleImages"/>) and <c>Pixels</c> (bytes of 1 x 32 x
    /// 32).
    /// </summary>
    public static FixedRecordLayout Layout =>
        new FixedRecordLayout().Key("Label", Cifar100Names.FineCount, [.. SampleShapes.FineNames]).Pixels("Pixels", 1, Side, Side);

    /// <summary>
    /// Writes <c>train-sounds.bin</c> and <c>test-sounds.bin</c>, for <c>LoadFromFixedRecords</c> with <see cref="Layout"/>, replacing
    /// earlier ones.
    /// </summary>
    /// <param name="folder">The folder; created where it is missing.</param>
    /// <param name="trainCount">The number of training sounds, at least 1. Default 5,000.</param>
    /// <param name="testCount">The number of test sounds, at least 1. Default 1,000.</param>
    /// <param name="seed">The seed of every draw. Default 1.</param>
    /// <exception cref="ArgumentException">A count is below 1 or the folder's name is empty.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(
        string folder, int trainCount = SampleImages.DefaultTrainCount, int testCount = SampleImages.DefaultTestCount, int seed = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(trainCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(testCount, 1);
        folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(folder);
        WholeFile.Write(Path.Combine(folder, "train-sounds.bin"), stream => WriteSounds(stream, trainCount, seed, Cifar100Split.Train));
        WholeFile.Write(Path.Combine(folder, "test-sounds.bin"), stream => WriteSounds(stream, testCount, seed, Cifar100Split.Test));
    }

    private static void WriteSounds(Stream stream, int count, int seed, Cifar100Split split)
    {
        var classes = new SampleClasses(seed, split);
        Span<byte> record = stackalloc byte[1 + (Side * Side)];
        for (int row = 0; row < count; row++)
        {
            int fine = classes.Next(row);
            record[0] = (byte)fine;
            Draw(fine / SampleShapes.Textures.Count, fine % SampleShapes.Textures.Count, classes.RandomOf(row, Modality), record[1..]);
            stream.Write(record);
        }
    }

    /// <remarks>Only additions, multiplications, divisions and square roots, which IEEE 754 fixes to the bit.</remarks>
    private static void Draw(int shape, int texture, SampleRandom random, Span<byte> pixels)
    {
        // Five pitches times four movements are the twenty shapes.
        double pitch = 4 + (4 * (shape % 5)) + random.Between(-1.2, 1.2);
        int movement = shape / 5;
        double slope = random.Between(4, 7);
        double width = random.Between(0.8, 1.4);
        double loudness = random.Between(120, 220);
        double period = random.Between(7, 11), phaseX = random.Between(0, 1), phaseY = random.Between(0, 1);
        double echo = random.Between(0, 0.5), noise = random.Between(10, 40);
        int delay = 2 + random.Below(4);
        for (int i = 0; i < pixels.Length; i++)
        {
            int time = i % Side;
            double band = Side - 1 - (i / Side);
            double sound = Level(time, band) + (time >= delay ? echo * Level(time - delay, band) : 0);
            double value = (loudness * sound) + random.Between(0, noise) + random.Between(0, noise);
            pixels[i] = (byte)Math.Clamp(value + 0.5, 0, 255);
        }

        double Level(int time, double band)
        {
            double t = (time - 15.5) / 16;
            double moved = pitch + (movement switch { 0 => 0, 1 => slope * t, 2 => -slope * t, _ => slope * (0.5 - (t * t)) });
            // The tone and its first overtone, each a bump around its band.
            double tone = Bump(band - moved) + (0.6 * Bump(band - (1.6 * moved) - 2));
            return SampleShapes.IsSecondColour(texture, time, band, period, phaseX, phaseY) ? 0.15 * tone : tone;
        }

        double Bump(double distance) => 1 / (1 + (distance * distance / (width * width)));
    }
}
