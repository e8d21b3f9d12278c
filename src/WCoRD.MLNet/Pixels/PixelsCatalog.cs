using Microsoft.ML;
using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

namespace WCoRD.MLNet;

/// <summary>
/// Pixels from image files, and other views of the same picture, in <c>mlContext.Transforms</c>: for teachers and students that see
/// different things.
/// </summary>
public static class PixelsCatalog
{
    /// <summary>
    /// Decodes images to pixels of one size, the same as <c>LoadFromImageFolder</c> does: JPEG, PNG, BMP, GIF (the first frame) and WebP;
    /// upright as their EXIF data say, transparent ones over white.
    /// </summary>
    /// <remarks>
    /// It is saved with the model, so that a <c>PredictionEngine</c> takes a photograph. The column may hold paths, or the bytes of an
    /// upload: whichever the rows have under its name.
    /// </remarks>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">The added column: planes red, green, blue of 0 to 255, Vector&lt;Byte&gt; of 3 x height x
    /// width.</param>
    /// <param name="inputColumnName">The images: Text with paths, Vector&lt;Byte&gt; with the bytes of image files, or images as
    /// <c>LoadImages</c> gives (which are not turned upright).</param>
    /// <param name="height">The height in pixels, at least 1.</param>
    /// <param name="width">The width in pixels, at least 1.</param>
    /// <param name="resizing">How an image of another size is brought to this one: <c>IsoCrop</c> resizes the shorter side and takes the
    /// centre, <c>IsoPad</c> resizes the longer side and pads with black, <c>Fill</c> stretches.</param>
    /// <param name="imageFolder">Where relative paths begin; null: in the current folder.</param>
    /// <param name="maximumPixels">Height times width of the largest image that is decoded; a larger one is an error.</param>
    /// <exception cref="ArgumentException">A name is empty, a number below 1, or the kind of resizing unknown.</exception>
    /// <example>
    /// <code language="csharp"><![CDATA[
    /// // The chain that is saved takes photographs.
    /// IDataView photos = mlContext.Data.LoadFromImageFolder("photos/train", new ImageFolderOptions { Height = 32, Width = 32 });
    /// var pipeline = mlContext.Transforms.LoadPixels("Pixels", "ImagePath", height: 32, width: 32)
    ///     .Append(mlContext.MulticlassClassification.Trainers.NetworkTraining(network: "resnet8", epochs: 30));
    /// mlContext.Model.Save(pipeline.Fit(photos), photos.Schema, "model.zip");
    /// ]]></code>
    /// </example>
    public static PixelLoadingEstimator LoadPixels(
        this TransformsCatalog catalog,
        string outputColumnName,
        string inputColumnName,
        int height,
        int width,
        ResizingKind resizing = ResizingKind.IsoCrop,
        string? imageFolder = null,
        long maximumPixels = DecodedSize.DefaultMaximumPixels)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumPixels, 1);
        return Enum.IsDefined(resizing)
            ? new PixelLoadingEstimator(new PixelLoading(
                outputColumnName, inputColumnName, new DecodedSize(height, width, resizing, maximumPixels), imageFolder))
            : throw new ArgumentOutOfRangeException(
                nameof(resizing), resizing, $"expected {string.Join(", ", Enum.GetNames<ResizingKind>())}.");
    }

    /// <summary>Splits RGB images into lightness and colour, CIE L*a*b* (sRGB, white D65, observer of 2 degrees).</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="luminanceColumnName">The added column of L*, 0 to 100, Vector&lt;Single&gt; of 1 x height x width; null adds
    /// none.</param>
    /// <param name="chrominanceColumnName">The added column of a* and b*, about -128 to 128, Vector&lt;Single&gt; of 2 x height x width;
    /// null adds none.</param>
    /// <param name="inputColumnName">The images: planes red, green, blue of 0 to 255, Vector&lt;Byte&gt; or Vector&lt;Single&gt; of 3 x
    /// height x width.</param>
    /// <exception cref="ArgumentException">Both added columns are null or have one name, or a name is empty.</exception>
    /// <example>
    /// <code language="csharp"><![CDATA[
    /// IDataView colour = mlContext.Data.LoadFromCifar100("cifar-100-binary");
    /// IDataView both = mlContext.Transforms.LuminanceChrominance().Fit(colour).Transform(colour);
    /// float[] lightness = both.GetColumn<float[]>("Luminance").First();
    /// ]]></code>
    /// </example>
    public static PixelMappingEstimator LuminanceChrominance(
        this TransformsCatalog catalog,
        string? luminanceColumnName = "Luminance",
        string? chrominanceColumnName = "Chrominance",
        string inputColumnName = "Pixels")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        CheckEither(luminanceColumnName, chrominanceColumnName);
        if (luminanceColumnName == chrominanceColumnName)
        {
            throw new ArgumentException($"luminanceColumnName and chrominanceColumnName are both '{luminanceColumnName}': "
                + "expected two names, or one would hide the other.");
        }

        return new PixelMappingEstimator(new LuminanceChrominanceMap(luminanceColumnName, chrominanceColumnName, inputColumnName));
    }

    /// <summary>Puts lightness and colour together again, to look at: the inverse of <see cref="LuminanceChrominance"/>.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">The added images: planes red, green, blue, Vector&lt;Byte&gt; of 3 x height x width; what sRGB does
    /// not have is clipped.</param>
    /// <param name="luminanceColumnName">The column of L*; null: 60 everywhere, which shows the colours alone.</param>
    /// <param name="chrominanceColumnName">The column of a* and b*; null: 0 everywhere, which is grey.</param>
    /// <exception cref="ArgumentException">Both columns read are null, or a name is empty.</exception>
    /// <example>
    /// <code language="csharp"><![CDATA[
    /// IDataView colour = mlContext.Data.LoadFromCifar100("cifar-100-binary");
    /// // The colours alone, at one lightness.
    /// var chain = mlContext.Transforms.LuminanceChrominance()
    ///     .Append(mlContext.Transforms.LuminanceChrominanceToRgb("Shown", luminanceColumnName: null));
    /// byte[] shown = chain.Fit(colour).Transform(colour).GetColumn<byte[]>("Shown").First();
    /// ]]></code>
    /// </example>
    public static PixelMappingEstimator LuminanceChrominanceToRgb(
        this TransformsCatalog catalog,
        string outputColumnName = "Pixels",
        string? luminanceColumnName = "Luminance",
        string? chrominanceColumnName = "Chrominance")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        CheckEither(luminanceColumnName, chrominanceColumnName);
        return new PixelMappingEstimator(new RgbMap(outputColumnName, luminanceColumnName, chrominanceColumnName));
    }

    /// <summary>Lowers the resolution of images: each pixel is the mean of the block it stands for.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">The added images, of the input's item type and channels; bytes are rounded.</param>
    /// <param name="inputColumnName">The images: Vector&lt;Byte&gt; or Vector&lt;Single&gt; of channels x height x width.</param>
    /// <param name="height">The height of the smaller images in pixels, a divisor of the input's.</param>
    /// <param name="width">Their width, a divisor of the input's.</param>
    /// <exception cref="ArgumentException">A name is empty, or a size below 1.</exception>
    /// <example>
    /// <code language="csharp"><![CDATA[
    /// IDataView fine = mlContext.Data.LoadFromCifar100("cifar-100-binary");
    /// IDataView coarse = mlContext.Transforms.DownsamplePixels("Small", "Pixels", height: 8, width: 8).Fit(fine).Transform(fine);
    /// byte[] small = coarse.GetColumn<byte[]>("Small").First();      // 3 x 8 x 8
    /// ]]></code>
    /// </example>
    public static PixelMappingEstimator DownsamplePixels(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        return new PixelMappingEstimator(new DownsampleMap(outputColumnName, inputColumnName, height, width));
    }

    private static void CheckEither(string? luminance, string? chrominance)
    {
        if (string.IsNullOrEmpty(luminance ?? chrominance) || luminance == "" || chrominance == "")
        {
            throw new ArgumentException($"luminanceColumnName is '{luminance}' and chrominanceColumnName is '{chrominance}': "
                + "expected names, at most one of them null.");
        }
    }
}
