namespace WCoRD.MLNet;

/// <summary>Options of <see cref="Teacher.FromOnnx"/>.</summary>
public sealed class OnnxTeacherOptions
{
    /// <summary>
    /// The tensor of the scores <c>[batch, classes]</c>, logits or probabilities, of which the logarithms serve as logits: an output, or a
    /// tensor within the graph, such as the logits before a softmax. Null: the one output of as many numbers as there are classes, by
    /// <see cref="ClassNames"/> or by the rows' label.
    /// </summary>
    /// <value>Default null.</value>
    public string? ScoreOutput { get; set; }

    /// <summary>
    /// The tensor of the features <c>[batch, features]</c>: an output, or a tensor within the graph, such as the maps before a global pool.
    /// Maps are averaged over their height and width; those of an output lie as the input does (<see cref="Layout"/>), those within the
    /// graph channels first, as ONNX's operators have them. Null: the one output beside the scores; where there is none, the scores.
    /// </summary>
    /// <value>Default null.</value>
    public string? FeaturesOutput { get; set; }

    /// <summary>
    /// What the model was trained on. A model that normalises pixel values itself wants null where it reads bytes or is one of
    /// <see cref="NetworkTransformer.SaveOnnx"/>, else a scale of 1 (pixels 0 to 255) or 1/255 (0 to 1), means of 0 and deviations of 1.
    /// </summary>
    /// <value>Default null: none for a model that says that it normalises itself, else <see cref="InputNormalization.ImageNet"/> for three
    /// channels; for others one must be given.</value>
    public InputNormalization? Normalization { get; set; }

    /// <summary>The height that images are resized to, at least 1; null: the model's own where it is fixed, else that of the images.</summary>
    /// <value>Default null.</value>
    public int? Height { get; set; }

    /// <summary>The width that images are resized to, at least 1; null: the model's own where it is fixed, else that of the images.</summary>
    /// <value>Default null.</value>
    public int? Width { get; set; }

    /// <summary>
    /// How the model's images lie; null: channels last where the last side of its input is 1, 3 or 4 and the second is not, else channels
    /// first.
    /// </summary>
    /// <value>Default null.</value>
    public OnnxLayout? Layout { get; set; }

    /// <summary>
    /// Whether the model reads blue, green and red in this order, as those of Caffe, CNTK and OpenCV do; <see cref="Normalization"/> is
    /// stated in the images' own order all the same.
    /// </summary>
    /// <value>Default false.</value>
    public bool IsBgr { get; set; }

    /// <summary>The names of the classes, in the order of the scores, which are compared with the label's; null: those that a file of
    /// <see cref="NetworkTransformer.SaveOnnx"/> states, else unknown.</summary>
    /// <value>Default null.</value>
    public IReadOnlyList<string>? ClassNames { get; set; }

    /// <summary>
    /// How many images the model sees at once, at least 1; null: as many as it fixes, else all of a step. 1 helps with a model that was
    /// exported for one image but does not say so.
    /// </summary>
    /// <value>Default null.</value>
    public int? BatchSize { get; set; }

    /// <exception cref="ArgumentException">One or more options are out of range; the message lists every one.</exception>
    internal void Validate()
    {
        const string Tensor = "the name of a tensor of the model, or null";
        var faults = new OptionFaults();
        faults.Check(ScoreOutput != "", nameof(ScoreOutput), "''", Tensor);
        faults.Check(FeaturesOutput != "", nameof(FeaturesOutput), "''", Tensor);
        faults.Check(
            Normalization is null or { IsUsable: true, Channels: > 0 } && Normalization?.Channels == Normalization?.StandardDeviation.Count,
            nameof(Normalization),
            Normalization?.Identity,
            "finite numbers, and for each channel one mean and one deviation above 0");
        faults.Check(Height is null or >= 1, nameof(Height), Height, "at least 1, or null");
        faults.Check(Width is null or >= 1, nameof(Width), Width, "at least 1, or null");
        faults.Check(
            Layout is not { } layout || Enum.IsDefined(layout), nameof(Layout), Layout, string.Join(", ", Enum.GetNames<OnnxLayout>()));
        faults.Check(
            ClassNames is null || (ClassNames.Count >= 2 && ClassNames.Distinct().Count() == ClassNames.Count),
            nameof(ClassNames),
            $"[{string.Join(", ", ClassNames ?? [])}]",
            "null or at least 2 names, each once");
        faults.Check(BatchSize is null or >= 1, nameof(BatchSize), BatchSize, "at least 1, or null");
        faults.Throw(nameof(OnnxTeacherOptions));
    }

    internal OnnxTeacherOptions Copy()
    {
        var copy = (OnnxTeacherOptions)MemberwiseClone();
        copy.ClassNames = ClassNames is { } names ? [.. names] : null;
        return copy;
    }
}
