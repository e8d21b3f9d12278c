using Microsoft.ML;
using Microsoft.ML.Runtime;
using WCoRD.MLNet;
using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

[assembly: LoadableClass(
    typeof(ITransformer),
    typeof(PixelLoadingTransformer),
    null,
    typeof(SignatureLoadModel),
    PixelLoadingTransformer.FriendlyName,
    PixelLoadingTransformer.LoaderSignature)]

namespace WCoRD.MLNet;

/// <summary>
/// Decodes images to a column of pixels: see <see cref="PixelsCatalog.LoadPixels"/>. Cursors decode some rows ahead, by all cores.
/// </summary>
public sealed class PixelLoadingTransformer : PixelTransformer
{
    internal const string LoaderSignature = "WcordPixelLoading";
    internal const string FriendlyName = "Pixel loading";
    private static readonly VersionInfo OwnVersion = MakeVersion("WCORDLPX", LoaderSignature);
    private readonly PixelLoading _loading;

    internal PixelLoadingTransformer(PixelLoading loading) => _loading = loading;

    /// <summary>The column of paths, of files' bytes, or of images.</summary>
    public string InputColumnName => _loading.Input;

    /// <summary>The added column of pixels.</summary>
    public string OutputColumnName => _loading.Output;

    /// <summary>The height in pixels that images are decoded to.</summary>
    public int Height => _loading.Size.Height;

    /// <summary>The width in pixels that images are decoded to.</summary>
    public int Width => _loading.Size.Width;

    /// <summary>How an image of another size is brought to that size.</summary>
    public ResizingKind Resizing => _loading.Size.Resizing;

    private protected override VersionInfo Version => OwnVersion;

    private protected override StageColumns Bind(DataViewSchema input) => new LoadedPixels(_loading, input);

    private protected override void Write(BinaryWriter writer) => _loading.Write(writer);

    // ML.NET finds this by name, parameters and result: it must be ITransformer, as the attribute above says.
#pragma warning disable CA1859
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        Load(env, ctx, OwnVersion, "pixel loading", reader => new PixelLoadingTransformer(PixelLoading.ReadOne(reader)));
#pragma warning restore CA1859
}
