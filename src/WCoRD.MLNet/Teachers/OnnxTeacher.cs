using Microsoft.ML;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>An ONNX model that is shown each view anew, by ONNX Runtime.</summary>
internal sealed class OnnxTeacher : Teacher
{
    private readonly OnnxSession _session;
    private readonly OnnxTeacherOptions _options;
    private readonly OnnxImages _images;
    private readonly InputNormalization? _normalization;
    private readonly string _hash;

    private OnnxTeacher(OnnxSession session, OnnxTeacherOptions options, OnnxImages images, InputNormalization? normalization, string hash) =>
        (_session, _options, _images, _normalization, _hash) = (session, options, images, normalization, hash);

    /// <summary>The file's name.</summary>
    public string Name => _session.Name;

    private protected override bool HoldsWeights => !_session.IsDisposed;

    /// <summary>Opens a model; see <see cref="Teacher.FromOnnx"/>.</summary>
    public static OnnxTeacher Open(string path, OnnxTeacherOptions options)
    {
        options.Validate();
        OnnxFile file = OnnxFile.Read(path);
        foreach (string within in Named(options).Where(file.HasWithin))
        {
            file.AddOutput(within);
        }

        OnnxSession session = OnnxSession.Open(file, get_num_threads());
        try
        {
            CheckNamed(session, options.ScoreOutput, nameof(options.ScoreOutput));
            CheckNamed(session, options.FeaturesOutput, nameof(options.FeaturesOutput));
            var images = OnnxImages.Of(session, options);
            OnnxTeacherOptions known = options.Copy();
            known.ClassNames ??= OnnxExport.ClassNames(session.Metadata);
            return new OnnxTeacher(session, known, images, NormalizationOf(session, images, options.Normalization), file.Hash);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    internal override void Check(StudentTrainingOptions options)
    {
        if ((options.TeacherPrecision ?? options.Precision) == Precision.BFloat16)
        {
            string option = options.TeacherPrecision is null ? nameof(options.Precision) : nameof(options.TeacherPrecision);
            throw new ArgumentException($"{option} is {nameof(Precision.BFloat16)}, but the ONNX model '{Name}' computes in its own numbers: "
                + $"set {nameof(options.TeacherPrecision)} to {nameof(Precision.Float32)} or {nameof(Precision.Auto)}.");
        }
    }

    internal override void Check(StudentTrainingOptions options, SchemaShape shape) => TeacherInput.Check(options, shape);

    internal override BoundTeacher Bind(StudentTrainingOptions options, DataViewSchema schema, ImageColumn image, LabelColumn? label)
    {
        CheckUsable();
        TeacherInput input = TeacherInput.Find(options, schema, image, CheckFits);
        (int height, int width) = (_images.Height ?? input.Image.Height, _images.Width ?? input.Image.Width);
        OnnxOutputs outputs = OnnxOutputs.Choose(Name, Try(input.Image, height, width), _options, label);
        return new BoundOnnxTeacher(
            this,
            (height, width),
            outputs,
            input,
            outputs.Scores is { } scores
                ? TaughtClasses.Of(scores.Size, _options.ClassNames, $"the teacher ({Name})", label)
                : TaughtClasses.None($"the teacher ({Name}) gives no scores that are known: {outputs.Missing}"));
    }

    /// <summary>What tells this teacher from others, for images of a size.</summary>
    internal string IdentityFor((int Height, int Width) size, OnnxOutputs outputs) =>
        $"ONNX, SHA-256 {_hash}, {_normalization?.Identity ?? "its own normalisation"}, {_images.Layout}{(_images.IsBgr ? " BGR" : "")} "
            + Invariant($"{size.Height} x {size.Width}, features '{outputs.Features.Name}', scores '{outputs.Scores?.Name}'");

    /// <summary>Whether the model normalises pixel values itself.</summary>
    internal bool NormalizesItself => _normalization is null;

    /// <summary>What the model sees of pixel values: resized, then normalised, or rounded to bytes where it reads these.</summary>
    /// <param name="pixels">Pixel values <c>[batch, channels, height, width]</c>, float32.</param>
    /// <param name="size">The size that the model sees.</param>
    /// <returns>A new tensor.</returns>
    internal Tensor Prepare(Tensor pixels, (int Height, int Width) size)
    {
        using var scope = NewDisposeScope();
        Tensor resized = (pixels.shape[2], pixels.shape[3]) == (size.Height, size.Width)
            ? pixels
            : nn.functional.interpolate(pixels, [size.Height, size.Width], mode: InterpolationMode.Bilinear, align_corners: false, antialias: true);
        Tensor normalized = _normalization?.Apply(resized) ?? resized.alias();
        return (_images.IsByte ? normalized.round().clamp(0, byte.MaxValue).to(ScalarType.Byte) : normalized).MoveToOuterDisposeScope();
    }

    /// <summary>Computes outputs of prepared images, as many at once as the model takes.</summary>
    /// <param name="prepared">Images as <see cref="Prepare"/> makes them.</param>
    /// <param name="outputs">The names of outputs.</param>
    /// <returns>Tensors on the CPU.</returns>
    /// <exception cref="InvalidOperationException">The model fails.</exception>
    internal Tensor[] Run(Tensor prepared, string[] outputs)
    {
        CheckUsable();
        using var scope = NewDisposeScope();
        long count = prepared.shape[0], most = _images.Batch ?? count;
        List<Tensor[]> parts = [];
        for (long from = 0; from < count; from += most)
        {
            long taken = Math.Min(most, count - from);
            Tensor part = prepared.narrow(0, from, taken);
            bool isFilled = _images.IsBatchFixed && taken < most;
            Tensor[] found = _session.Run(
                _images.Laid(isFilled ? cat([part, zeros([most - taken, .. part.shape[1..]], part.dtype, part.device)]) : part), outputs);
            parts.Add(isFilled ? [.. found.Select(output => output.narrow(0, 0, taken))] : found);
        }

        return [.. outputs.Select((_, i) => (parts is [var one] ? one[i] : cat([.. parts.Select(part => part[i])])).MoveToOuterDisposeScope())];
    }

    private protected override void Free() => _session.Dispose();

    private static string[] Named(OnnxTeacherOptions options) =>
        [.. new[] { options.ScoreOutput, options.FeaturesOutput }.OfType<string>().Distinct()];

    private static void CheckNamed(OnnxSession session, string? name, string option)
    {
        if (name is not null && session.Outputs.FirstOrDefault(output => output.Name == name) is not { IsSingle: true })
        {
            throw new ArgumentException($"{option} of {nameof(OnnxTeacherOptions)} is '{name}', "
                + $"but the ONNX model '{session.Name}' gives {OnnxTensor.List(session.Outputs)}: "
                + "expected one of these that is a tensor of float32, or the name of such a tensor within its graph.");
        }
    }

    /// <returns>How pixel values are normalised for the model; null: it does so itself.</returns>
    private static InputNormalization? NormalizationOf(OnnxSession session, OnnxImages images, InputNormalization? given)
    {
        string found = Invariant($"but the ONNX model '{session.Name}' reads {session.Inputs[0]}");
        if (images.IsByte || OnnxExport.NormalizesItself(session.Metadata))
        {
            return given is null ? null : throw new ArgumentException(
                $"{nameof(OnnxTeacherOptions.Normalization)} of {nameof(OnnxTeacherOptions)} is {given.Identity}, "
                    + $"{found}, pixel values that it normalises itself: expected null.");
        }

        InputNormalization normalization = given ?? InputNormalization.ImageNet;
        return normalization.Channels == images.Channels ? normalization : throw new ArgumentException(
            Invariant($"{nameof(OnnxTeacherOptions.Normalization)} of {nameof(OnnxTeacherOptions)} is of {normalization.Channels} channel(s)")
                + (given is null ? " where it is null" : "")
                + Invariant($", {found}: expected one of {images.Channels} channel(s)."));
    }

    private void CheckFits(ImageColumn image)
    {
        if (_images.IsByte && !image.IsByte)
        {
            throw new ArgumentException(
                $"The teacher ({Name}) reads bytes, but column '{image.Column.Name}' holds {image.Column.Type}: "
                    + "expected pixel values from 0 to 255 as bytes. Name such a column in TeacherInputColumnName "
                    + "(ExtractPixels with outputAsFloatArray: false makes one), or export the teacher so that it reads floats.");
        }

        if (_images.Channels != image.Channels)
        {
            throw new ArgumentException(
                Invariant($"The teacher ({Name}) reads images of {_images.Channels} channel(s), but column '{image.Column.Name}' holds ")
                    + Invariant($"{image.Channels} x {image.Height} x {image.Width} (channels x height x width): expected {_images.Channels}. ")
                    + "Name a column of as many channels in TeacherInputColumnName, "
                    + $"or set {nameof(_options.Layout)} of {nameof(OnnxTeacherOptions)}, "
                    + $"which is {_images.Layout}, if the model reads them otherwise.");
        }
    }

    // Black images, as many as the model takes and at least two: an output that does not follow their number is none of each image.
    private List<OnnxOutput> Try(ImageColumn image, int height, int width)
    {
        string[] tried = [.. Named(_options) is { Length: 2 } named ? named : _session.Outputs.Where(output => output.IsSingle).Select(output => output.Name)];
        if (tried.Length == 0)
        {
            throw new ArgumentException(
                $"The ONNX model '{Name}' gives {OnnxTensor.List(_session.Outputs)}: "
                + "expected scores [batch, classes] or features [batch, features] of float32. "
                + $"Name a tensor within its graph in {nameof(_options.FeaturesOutput)} of {nameof(OnnxTeacherOptions)}.");
        }

        using var scope = NewDisposeScope();
        long batch = _images.Batch ?? 2;
        try
        {
            Tensor[] found = Run(Prepare(zeros(batch, image.Channels, height, width), (height, width)), tried);
            return
            [
                .. tried.Zip(found, (name, output) => new OnnxOutput(
                    name,
                    output.shape,
                    batch,
                    _images.Layout == OnnxLayout.ChannelsLast && !_session.IsWithin(name))),
            ];
        }
        catch (InvalidOperationException fault)
        {
            string size = _options.Height is null || _options.Width is null
                ? $"Set {nameof(_options.Height)} and {nameof(_options.Width)} of {nameof(OnnxTeacherOptions)} "
                    + "to the size that it was trained on; if it was exported for one image, BatchSize to 1."
                : "Give it the size that it was trained on; if it was exported for one image, set BatchSize to 1.";
            throw new ArgumentException(
                $"{fault.Message} Expected one that takes images of "
                    + Invariant($"{image.Channels} x {height} x {width} (channels x height x width). {size}"),
                fault);
        }
    }
}
