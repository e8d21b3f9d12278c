using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

namespace WCoRD.MLNet;

/// <summary>Options of <c>LoadFromImageFolder</c>.</summary>
public sealed class ImageFolderOptions
{
    /// <summary>The height in pixels that images are decoded to, at least 1.</summary>
    /// <value>Default 64: small networks learn such pictures in minutes. Networks trained on ImageNet expect 224.</value>
    public int Height { get; set; } = 64;

    /// <summary>The width in pixels that images are decoded to, at least 1.</summary>
    /// <value>Default 64.</value>
    public int Width { get; set; } = 64;

    /// <summary>
    /// How an image of another size is brought to this one: <c>IsoCrop</c> resizes the shorter side and takes the centre, <c>IsoPad</c>
    /// resizes the longer side and pads with black, <c>Fill</c> stretches.
    /// </summary>
    /// <value>Default <c>IsoCrop</c>.</value>
    public ResizingKind Resizing { get; set; } = ResizingKind.IsoCrop;

    /// <summary>
    /// The classes in the order of their keys, as a training set's: a test folder may then have fewer. Null: the folders' names, sorted.
    /// </summary>
    /// <value>Default null.</value>
    public IReadOnlyList<string>? ClassNames { get; set; }

    /// <summary>What happens to an image that cannot be decoded.</summary>
    /// <value>Default <see cref="DamagedImageBehavior.Throw"/>.</value>
    public DamagedImageBehavior OnDamaged { get; set; } = DamagedImageBehavior.Throw;

    /// <summary>Height times width of the largest image that is decoded, at least 1; a larger one counts as damaged.</summary>
    /// <value>Default 100000000.</value>
    public long MaximumPixels { get; set; } = DecodedSize.DefaultMaximumPixels;

    internal DecodedSize Size => new(Height, Width, Resizing, MaximumPixels);

    /// <exception cref="ArgumentException">One or more options are out of range; the message lists every one.</exception>
    internal void Validate()
    {
        var faults = new OptionFaults();
        faults.Check(Height >= 1, nameof(Height), Height, "at least 1");
        faults.Check(Width >= 1, nameof(Width), Width, "at least 1");
        faults.Check(MaximumPixels >= 1, nameof(MaximumPixels), MaximumPixels, "at least 1");
        faults.Check(Enum.IsDefined(Resizing), nameof(Resizing), Resizing, string.Join(", ", Enum.GetNames<ResizingKind>()));
        faults.Check(
            Enum.IsDefined(OnDamaged), nameof(OnDamaged), OnDamaged, string.Join(", ", Enum.GetNames<DamagedImageBehavior>()));
        faults.Check(
            ClassNames is null || (ClassNames.Count >= 2 && ClassNames.Distinct().Count() == ClassNames.Count),
            nameof(ClassNames),
            $"[{string.Join(", ", ClassNames ?? [])}]",
            "null or at least 2 names, each once");
        faults.Throw(nameof(ImageFolderOptions));
    }
}
