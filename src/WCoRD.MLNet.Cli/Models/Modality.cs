using System.Globalization;
using Microsoft.ML;

namespace WCoRD.MLNet.Cli.Models;

/// <summary>What a network sees of a picture: its colours, its lightness or both, in full size or smaller.</summary>
/// <param name="View">rgb, luminance or chrominance.</param>
/// <param name="Side">Height and width in pixels; null: the picture's own.</param>
internal sealed record Modality(string View, int? Side)
{
    private const string Rgb = "rgb";
    private const string Luminance = "luminance";
    private const string Chrominance = "chrominance";

    /// <summary>What the option's help says of it.</summary>
    public const string Grammar = "rgb, luminance (L*) or chrominance (a*, b*), with a side in pixels for a smaller picture, as rgb8";

    /// <summary>The picture as it is.</summary>
    public static Modality Full { get; } = new(Rgb, null);

    public string ColumnName => this == Full ? "Pixels" : FullSize(View) + Side?.ToString(CultureInfo.InvariantCulture);

    /// <summary>As it is written on the command line.</summary>
    public override string ToString() => View + Side?.ToString(CultureInfo.InvariantCulture);

    /// <exception cref="CommandException">The text is no modality.</exception>
    public static Modality Parse(string option, string text)
    {
        foreach (string view in (string[])[Rgb, Luminance, Chrominance])
        {
            if (text == view)
            {
                return new Modality(view, null);
            }

            if (text.StartsWith(view, StringComparison.Ordinal)
                && int.TryParse(text.AsSpan(view.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int side)
                && side > 0)
            {
                return new Modality(view, side);
            }
        }

        throw new CommandException($"{option} has '{text}': expected {Grammar}.");
    }

    /// <summary>The stages that make the column of this modality from <c>Pixels</c>; null: none is needed.</summary>
    public IEstimator<ITransformer>? Stages(MLContext mlContext)
    {
        IEstimator<ITransformer>? colours = View switch
        {
            Luminance => mlContext.Transforms.LuminanceChrominance(luminanceColumnName: FullSize(Luminance), chrominanceColumnName: null),
            Chrominance => mlContext.Transforms.LuminanceChrominance(
                luminanceColumnName: null, chrominanceColumnName: FullSize(Chrominance)),
            _ => null,
        };
        if (Side is not { } side)
        {
            return colours;
        }

        PixelMappingEstimator smaller = mlContext.Transforms.DownsamplePixels(
            ColumnName, colours is null ? "Pixels" : FullSize(View), side, side);
        return colours is null ? smaller : colours.Append(smaller);
    }

    /// <summary>The column of a view in full size.</summary>
    private static string FullSize(string view) => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(view);
}
