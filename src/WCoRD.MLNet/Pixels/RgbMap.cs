namespace WCoRD.MLNet;

/// <summary>L*, a*, b* back to RGB bytes, for display.</summary>
internal sealed class RgbMap(string output, string? luminance, string? chrominance) : PixelMap
{
    public const string Kind = "Rgb";

    /// <summary>The L* of a picture of which only the colours are known.</summary>
    public const float MiddleLuminance = 60;

    public override IReadOnlyList<(string Option, string Name)> Inputs { get; } =
        [.. new (string Option, string? Name)[] { ("luminanceColumnName", luminance), ("chrominanceColumnName", chrominance) }
            .Where(input => input.Name is not null)
            .Select(input => (input.Option, input.Name!))];

    public override IReadOnlyList<(string Name, bool? IsByte)> Outputs => [(output, true)];

    public override IReadOnlyList<PixelOutput> Bind(IReadOnlyList<ImageColumn> inputs)
    {
        if (luminance is not null)
        {
            CheckChannels(inputs[0], 1, "L*");
        }

        if (chrominance is not null)
        {
            CheckChannels(inputs[^1], 2, "a* and b*");
        }

        return inputs.All(input => (input.Height, input.Width) == (inputs[0].Height, inputs[0].Width))
            ? [new PixelOutput(output, IsByte: true, 3, inputs[0].Height, inputs[0].Width)]
            : throw new ArgumentException(Invariant($"Column '{luminance}' is {inputs[0].Height} x {inputs[0].Width} ")
                + Invariant($"and column '{chrominance}' is {inputs[1].Height} x {inputs[1].Width} (height x width): ")
                + "expected one size for both.");
    }

    public override void Map(float[][] inputs, IReadOnlyList<ImageColumn> sizes, float[][] outputs)
    {
        float[] pixels = outputs[0];
        int plane = sizes[0].Height * sizes[0].Width;
        for (int i = 0; i < plane; i++)
        {
            float l = luminance is null ? MiddleLuminance : inputs[0][i];
            (float a, float b) = chrominance is null ? (0, 0) : (inputs[^1][i], inputs[^1][plane + i]);
            (pixels[i], pixels[plane + i], pixels[(2 * plane) + i]) = CieLab.ToRgb(l, a, b);
        }
    }

    public override IReadOnlyList<string> Write(OnnxChain chain, IReadOnlyList<string> inputs, IReadOnlyList<ImageColumn> sizes) =>
        [CieLabGraph.Rgb(chain, luminance is null ? null : inputs[0], chrominance is null ? null : inputs[^1])];

    public override void Write(BinaryWriter writer)
    {
        writer.Write(Kind);
        writer.Write(output);
        WriteOptional(writer, luminance);
        WriteOptional(writer, chrominance);
    }

    public static RgbMap ReadOne(BinaryReader reader) => new(reader.ReadString(), ReadOptional(reader), ReadOptional(reader));
}
