using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The images that an ONNX model reads: its one input, as far as model and options tell.</summary>
/// <param name="Layout">How they lie.</param>
/// <param name="Batch">How many it sees at once; null: any number.</param>
/// <param name="IsBatchFixed">Whether it sees no fewer either.</param>
/// <param name="IsByte">Whether it reads bytes, which it then normalises itself.</param>
/// <param name="Channels">Their channels.</param>
/// <param name="IsBgr">Whether blue is their first channel.</param>
/// <param name="Height">Their height; null: any.</param>
/// <param name="Width">Their width; null: any.</param>
internal sealed record OnnxImages(OnnxLayout Layout, int? Batch, bool IsBatchFixed, bool IsByte, int Channels, bool IsBgr, int? Height, int? Width)
{
    // 512 MiB of float32: more is no image, and would take the machine's memory before anything could be said.
    private const double MostValues = 1 << 27;

    /// <summary>Finds what a model reads.</summary>
    /// <exception cref="FormatException">It reads something else than images, or more than one input.</exception>
    /// <exception cref="ArgumentException">Options do not fit it.</exception>
    public static OnnxImages Of(OnnxSession session, OnnxTeacherOptions options)
    {
        const string Expected = "expected one input, a tensor of float32 or bytes of four sides, such as [batch, 3, 224, 224] or [batch, 224, 224, 3]. ";
        if (session.Inputs is not [{ Element: not null, Shape: [int batch, int second, int third, int last] } input]
            || new[] { batch, second, third, last }.Contains(0))
        {
            throw new FormatException(
                $"The ONNX model '{session.Name}' reads {OnnxTensor.List(session.Inputs)}: {Expected}"
                    + "Export the model so that it takes images alone, or score the rows by ApplyOnnxModel and take Teacher.FromColumns.");
        }

        OnnxLayout layout = options.Layout
            ?? (last is 1 or 3 or 4 && second is not (1 or 3 or 4) ? OnnxLayout.ChannelsLast : OnnxLayout.ChannelsFirst);
        (int channels, int height, int width) = layout == OnnxLayout.ChannelsFirst ? (second, third, last) : (last, second, third);
        var images = new OnnxImages(
            layout,
            Fixed(batch, options.BatchSize, nameof(options.BatchSize), input),
            batch > 0,
            input.IsByte,
            channels > 0 ? channels : options.Normalization?.Channels ?? InputNormalization.ImageNet.Channels,
            options.IsBgr,
            Fixed(height, options.Height, nameof(options.Height), input),
            Fixed(width, options.Width, nameof(options.Width), input));
        if ((double)(images.Batch ?? 1) * images.Channels * (images.Height ?? 1) * (images.Width ?? 1) > MostValues)
        {
            throw new FormatException($"The ONNX model '{session.Name}' reads {input}: "
                + Invariant($"expected images of at most {MostValues} values. Export it for smaller ones."));
        }

        return !images.IsBgr || images.Channels == 3 ? images
            : throw new ArgumentException($"{nameof(options.IsBgr)} of {nameof(OnnxTeacherOptions)} is true, "
                + Invariant($"but the ONNX model '{session.Name}' reads {input}, images of {images.Channels} channel(s): ")
                + "expected 3, or false.");
    }

    /// <summary>Images as the model reads them.</summary>
    /// <param name="images"><c>[batch, channels, height, width]</c>.</param>
    public Tensor Laid(Tensor images)
    {
        using var scope = NewDisposeScope();
        Tensor ordered = IsBgr ? images.flip(1) : images.alias();
        return (Layout == OnnxLayout.ChannelsFirst ? ordered : ordered.permute(0, 2, 3, 1)).MoveToOuterDisposeScope();
    }

    private static int? Fixed(int own, int? given, string option, OnnxTensor input) => own < 0 ? given
        : given is null || given == own ? own
        : throw new ArgumentException(Invariant($"{option} is {given}, but the ONNX model's input {input} fixes it: expected {own}, or null."));
}
