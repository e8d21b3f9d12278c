namespace WCoRD.MLNet;

/// <summary>The main stream of a model file: see <see cref="ModelFile"/>.</summary>
internal static class DescriptionFormat
{
    private const int MaxSide = 1 << 15;
    private const int MaxClasses = 1 << 24;

    public static void Write(BinaryWriter writer, ModelDescription description)
    {
        writer.Write(description.Network);
        writer.Write(description.Channels);
        writer.Write(description.Height);
        writer.Write(description.Width);
        writer.Write(description.Classes);
        writer.Write(description.ClassNames is not null);
        foreach (string name in description.ClassNames ?? [])
        {
            writer.Write(name);
        }

        writer.Write(description.Normalization.Scale);
        foreach (float value in description.Normalization.Mean.Concat(description.Normalization.StandardDeviation))
        {
            writer.Write(value);
        }

        writer.Write(description.InputColumnName);
        WriteNames(writer, description.ScoreColumnName, description.PredictedLabelColumnName);
        WriteNames(writer, description.FeaturesColumnName);

        writer.Write(description.BatchSize);
    }

    public static ModelDescription Read(BinaryReader reader)
    {
        string network = reader.ReadString();
        Check(
            NetworkCatalog.Names.Contains(network),
            "network",
            $"'{network}'",
            $"one of {string.Join(", ", NetworkCatalog.Names)}; a newer version of WCoRD.MLNet may know it, "
                + "or it is somebody's own: register it first by NetworkCatalog.Register");
        int channels = ReadInt(reader, "channels", 1, MaxSide);
        int height = ReadInt(reader, "height", 1, MaxSide);
        int width = ReadInt(reader, "width", 1, MaxSide);
        Check(
            (long)channels * height * width <= Array.MaxLength,
            "image size",
            $"{channels} x {height} x {width}",
            Invariant($"at most {Array.MaxLength} values"));
        int classes = ReadInt(reader, "classes", 2, MaxClasses);
        List<string>? names = reader.ReadBoolean() ? ReadStrings(reader, classes) : null;

        float scale = reader.ReadSingle();
        float[] mean = ReadFloats(reader, channels);
        float[] deviation = ReadFloats(reader, channels);
        Check(float.IsFinite(scale) && mean.All(float.IsFinite), "normalization", "not finite", "finite numbers");
        Check(
            deviation.All(value => float.IsFinite(value) && value > 0),
            "standard deviation",
            InvariantText.Join(", ", deviation.Take(4)),
            "above 0");

        string input = ReadName(reader, "input column");
        (string? score, string? predictedLabel) = reader.ReadBoolean()
            ? (ReadName(reader, "score column"), ReadName(reader, "predicted label column"))
            : (null, null);
        string? features = reader.ReadBoolean() ? ReadName(reader, "features column") : null;
        Check(score is not null || features is not null, "list of added columns", "empty", "scores, features or both");
        return new ModelDescription(
            network,
            channels,
            height,
            width,
            classes,
            names is null ? null : ClassValues.OfText(names),
            new InputNormalization(scale, mean, deviation),
            input,
            score,
            predictedLabel,
            features,
            // A batch's pixels lie in one array.
            BatchSize: ReadInt(reader, "batch size", 1, (int)Math.Max(1, Math.Min(MaxClasses, Array.MaxLength / ((long)channels * height * width)))));
    }

    private static void WriteNames(BinaryWriter writer, params string?[] names)
    {
        writer.Write(names[0] is not null);
        foreach (string name in names.OfType<string>())
        {
            writer.Write(name);
        }
    }

    private static float[] ReadFloats(BinaryReader reader, int count) => [.. Enumerable.Range(0, count).Select(_ => reader.ReadSingle())];

    // Grows with what is there, so that a damaged count cannot ask for all memory.
    private static List<string> ReadStrings(BinaryReader reader, int count)
    {
        List<string> strings = [];
        while (strings.Count < count)
        {
            strings.Add(reader.ReadString());
        }

        return strings;
    }

    private static string ReadName(BinaryReader reader, string part)
    {
        string name = reader.ReadString();
        Check(name.Length > 0, part, "''", "a name");
        return name;
    }

    private static int ReadInt(BinaryReader reader, string part, int least, int most)
    {
        int value = reader.ReadInt32();
        Check(value >= least && value <= most, part, value, Invariant($"{least} to {most}"));
        return value;
    }

    private static void Check(bool right, string part, object found, string expected)
    {
        if (!right)
        {
            throw new FormatException(
                Invariant($"The model file's {part} is {found}: expected {expected}. The file is damaged; save the model again."));
        }
    }
}
