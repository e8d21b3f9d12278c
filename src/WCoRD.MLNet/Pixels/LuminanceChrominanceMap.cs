namespace WCoRD.MLNet;

/// <summary>RGB to L* in one column and a*, b* in another.</summary>
internal sealed class LuminanceChrominanceMap(string? luminance, string? chrominance, string input) : PixelMap
{
    public const string Kind = "LuminanceChrominance";

    public override IReadOnlyList<(string Option, string Name)> Inputs => [("inputColumnName", input)];

    public override IReadOnlyList<(string Name, bool? IsByte)> Outputs =>
        [.. new[] { luminance, chrominance }.OfType<string>().Select(name => (name, (bool?)false))];

    public override IReadOnlyList<PixelOutput> Bind(IReadOnlyList<ImageColumn> inputs)
    {
        CheckChannels(inputs[0], 3, "red, green, blue");
        var outputs = new List<PixelOutput>();
        if (luminance is not null)
        {
            outputs.Add(new PixelOutput(luminance, IsByte: false, 1, inputs[0].Height, inputs[0].Width));
        }

        if (chrominance is not null)
        {
            outputs.Add(new PixelOutput(chrominance, IsByte: false, 2, inputs[0].Height, inputs[0].Width));
        }

        return outputs;
    }

    public override void Map(float[][] inputs, IReadOnlyList<ImageColumn> sizes, float[][] outputs)
    {
        float[] pixels = inputs[0];
        int plane = sizes[0].Height * sizes[0].Width;
        for (int i = 0; i < plane; i++)
        {
            (float l, float a, float b) = CieLab.FromRgb(pixels[i], pixels[plane + i], pixels[(2 * plane) + i]);
            if (luminance is not null)
            {
                outputs[0][i] = l;
            }

            if (chrominance is not null)
            {
                (outputs[^1][i], outputs[^1][plane + i]) = (a, b);
            }
        }
    }

    public override IReadOnlyList<string> Write(OnnxChain chain, IReadOnlyList<string> inputs, IReadOnlyList<ImageColumn> sizes)
    {
        string curved = CieLabGraph.Curved(chain, inputs[0]);
        return
        [
            .. luminance is null ? Array.Empty<string>() : [CieLabGraph.Luminance(chain, curved)],
            .. chrominance is null ? Array.Empty<string>() : [CieLabGraph.Chrominance(chain, curved)],
        ];
    }

    public override void Write(BinaryWriter writer)
    {
        writer.Write(Kind);
        WriteOptional(writer, luminance);
        WriteOptional(writer, chrominance);
        writer.Write(input);
    }

    public static LuminanceChrominanceMap ReadOne(BinaryReader reader) =>
        new(ReadOptional(reader), ReadOptional(reader), reader.ReadString());
}
