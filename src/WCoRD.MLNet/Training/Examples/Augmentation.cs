using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The recipe's views: crop, horizontal flip, colours and mixture, in this order, a whole batch at once.</summary>
/// <param name="crop">How images are cropped.</param>
/// <param name="flip">Whether half of them are mirrored.</param>
/// <param name="jitter">Changes their colours; null: they stay.</param>
/// <param name="mixUp">Mixes them with each other; null: they are not mixed.</param>
internal sealed class Augmentation(ImageCrop crop, bool flip, ColorJitter? jitter = null, MixUp? mixUp = null)
{
    /// <summary>Draws the teacher's views; null: it sees the student's.</summary>
    public Augmentation? OfTeacher { get; init; }

    /// <summary>The views that options ask for.</summary>
    /// <param name="options">The options.</param>
    /// <param name="image">The images.</param>
    /// <param name="padded">The padded crop, where another size of one picture is to be cropped alike; null: that of the options.</param>
    /// <exception cref="ArgumentException">Colours are to be changed that the images do not have.</exception>
    public static Augmentation Of(TrainingOptions options, ImageColumn image, PaddedCrop? padded = null)
    {
        if (options.ColorJitter > 0)
        {
            ColorJitter.Check(image);
        }

        return new Augmentation(
            options.Augmentation switch
            {
                AugmentationKind.PaddedCrop => padded ?? new PaddedCrop(options.CropPadding),
                AugmentationKind.RandomResizedCrop => new ResizedCrop(options.CropScale, options.CropRatio),
                _ => new PaddedCrop(0),
            },
            options.HorizontalFlip && options.Augmentation != AugmentationKind.None,
            options.ColorJitter > 0 ? new ColorJitter(options.ColorJitter) : null,
            options.MixUp > 0 ? new MixUp(options.MixUp) : null);
    }

    /// <summary>The images as they are.</summary>
    public static Augmentation None { get; } = new(new PaddedCrop(0), flip: false);

    /// <summary>The same, with views of its own for the teacher.</summary>
    public Augmentation With(Augmentation ofTeacher) => new(crop, flip, jitter, mixUp) { OfTeacher = ofTeacher };

    /// <summary>Draws how to make views.</summary>
    public Views Draw(int batch, Random random)
    {
        Views drawn = DrawEach(batch, _ => random);
        Mixture? mixture = mixUp?.Draw(batch, random);

        // Both see the same mixture: its labels are theirs.
        return drawn with
        {
            Mixture = mixture,
            OfTeacher = OfTeacher is null ? null : OfTeacher.Draw(batch, random) with { Mixture = mixture },
        };
    }

    /// <summary>Draws what the teacher sees of each example from a stream of its own, where it is to be the same again.</summary>
    /// <param name="batch">The number of examples, which are not mixed.</param>
    /// <param name="random">Draws the student's views, where these are others.</param>
    /// <param name="streamOf">The stream of an example.</param>
    public Views DrawRepeatable(int batch, Random random, Func<int, Random> streamOf) => OfTeacher is null
        ? DrawEach(batch, streamOf)
        : DrawEach(batch, _ => random) with { OfTeacher = OfTeacher.DrawEach(batch, streamOf) };

    /// <summary>The images as they are.</summary>
    public Views Still(int batch) =>
        new([.. Enumerable.Repeat(crop.Whole, batch)], new bool[batch]) { OfTeacher = OfTeacher?.Still(batch) };

    /// <summary>Makes one view of every image.</summary>
    /// <param name="pixels">Pixel values <c>[batch, channels, height, width]</c>, before normalisation.</param>
    /// <param name="views">How to make them.</param>
    /// <returns>A new tensor of the same shape.</returns>
    public Tensor Apply(Tensor pixels, Views views)
    {
        using var scope = NewDisposeScope();
        Tensor made = crop.Apply(pixels, views.Boxes, views.Flips);
        made = views.Colors is { } colors ? ColorJitter.Apply(made, colors) : made;
        made = views.Mixture?.Mix(made) ?? made;
        return made.MoveToOuterDisposeScope();
    }

    private Views DrawEach(int batch, Func<int, Random> streamOf)
    {
        var boxes = new CropBox[batch];
        var flips = new bool[batch];
        ColorFactors[]? colors = jitter is null ? null : new ColorFactors[batch];
        for (int i = 0; i < batch; i++)
        {
            Random random = streamOf(i);
            boxes[i] = crop.Draw(random);
            flips[i] = flip && random.Next(2) == 1;
            if (colors is not null)
            {
                colors[i] = jitter!.Draw(random);
            }
        }

        return new Views(boxes, flips) { Colors = colors };
    }
}
