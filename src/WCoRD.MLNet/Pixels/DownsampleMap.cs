namespace WCoRD.MLNet;

/// <summary>Images of lower resolution: each pixel is the mean of the block it stands for.</summary>
internal sealed class DownsampleMap(string output, string input, int height, int width) : PixelMap
{
    public const string Kind = "Downsample";

    public override IReadOnlyList<(string Option, string Name)> Inputs => [("inputColumnName", input)];

    public override IReadOnlyList<(string Name, bool? IsByte)> Outputs => [(output, null)];

    public override IReadOnlyList<PixelOutput> Bind(IReadOnlyList<ImageColumn> inputs)
    {
        ImageColumn image = inputs[0];
        return image.Height % height == 0 && image.Width % width == 0
            ? [new PixelOutput(output, image.IsByte, image.Channels, height, width)]
            : throw new ArgumentException(
                Invariant($"Column '{input}' is {image.Height} x {image.Width} (height x width), ")
                    + Invariant($"which {height} x {width} does not divide: ")
                    + "expected a whole number of pixels for each pixel of the smaller image. Other sizes are ResizeImages' work.");
    }

    public override void Map(float[][] inputs, IReadOnlyList<ImageColumn> sizes, float[][] outputs)
    {
        ImageColumn image = sizes[0];
        int tall = image.Height / height, wide = image.Width / width;
        float[] target = outputs[0];
        for (int i = 0; i < target.Length; i++)
        {
            int channel = i / (height * width), y = i / width % height, x = i % width;
            double sum = 0;
            for (int row = y * tall; row < (y + 1) * tall; row++)
            {
                foreach (float value in inputs[0].AsSpan((((channel * image.Height) + row) * image.Width) + (x * wide), wide))
                {
                    sum += value;
                }
            }

            target[i] = (float)(sum / (tall * wide));
        }
    }

    public override IReadOnlyList<string> Write(OnnxChain chain, IReadOnlyList<string> inputs, IReadOnlyList<ImageColumn> sizes)
    {
        long[] block = [sizes[0].Height / height, sizes[0].Width / width];
        return [chain.Node("AveragePool", [inputs[0]], ("kernel_shape", block), ("strides", block))];
    }

    public override void Write(BinaryWriter writer)
    {
        writer.Write(Kind);
        writer.Write(output);
        writer.Write(input);
        writer.Write(height);
        writer.Write(width);
    }

    public static DownsampleMap ReadOne(BinaryReader reader)
    {
        var map = (Output: reader.ReadString(), Input: reader.ReadString(), Height: reader.ReadInt32(), Width: reader.ReadInt32());
        return map is { Height: > 0, Width: > 0 }
            ? new DownsampleMap(map.Output, map.Input, map.Height, map.Width)
            : throw new FormatException(Invariant($"The model file's pixel mapping is to {map.Height} x {map.Width}: ")
                + "expected at least 1 x 1. The file is damaged; save the model again.");
    }
}
