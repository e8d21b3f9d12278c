using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using WCoRD.MLNet;

[assembly: LoadableClass(
    typeof(ITransformer),
    typeof(PixelLoadingTransformer),
    null,
    typeof(SignatureLoadModel),
    PixelLoadingTransformer.FriendlyName,
    PixelLoadingTransformer.LoaderSignature)]

namespace WCoRD.MLNet;

/// <summary>
/// Decodes images to a column of pixels: see <see cref="PixelsCatalog.LoadPixels"/>. Saved and loaded by <c>mlContext.Model</c>.
/// </summary>
public sealed class PixelLoadingTransformer : ITransformer
{
    internal const string LoaderSignature = "WcordPixelLoading";
    internal const string FriendlyName = "Pixel loading";
    private readonly PixelLoading _loading;

    internal PixelLoadingTransformer(PixelLoading loading) => _loading = loading;

    /// <summary>Always true: each row is decoded by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The column of paths, of files' bytes, or of images.</summary>
    public string InputColumnName => _loading.Input;

    /// <summary>The added column of pixels.</summary>
    public string OutputColumnName => _loading.Output;

    /// <summary>The height in pixels that images are decoded to.</summary>
    public int Height => _loading.Size.Height;

    /// <summary>The width in pixels that images are decoded to.</summary>
    public int Width => _loading.Size.Width;

    /// <summary>The schema of the transformed rows.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <exception cref="ArgumentException">The column is absent or of the wrong type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).Output;

    /// <summary>Adds the column; nothing is decoded before a cursor asks for it. Cursors decode some rows ahead, by all cores.</summary>
    /// <param name="input">The rows.</param>
    /// <exception cref="ArgumentException">The column is absent or of the wrong type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new AddedColumnsView(input, Bind(input.Schema));
    }

    /// <summary>A mapper of single rows, as <c>PredictionEngine</c> uses it.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <exception cref="ArgumentException">The column is absent or of the wrong type.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new AddedColumnsMapper(Bind(inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version());
        _loading.Write(ctx.Writer);
    }

    // ML.NET finds this by name, parameters and result: it must be ITransformer, as the attribute above says.
#pragma warning disable CA1859
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        try
        {
            ctx.CheckAtModel(Version());
            return new PixelLoadingTransformer(PixelLoading.ReadOne(ctx.Reader));
        }
        catch (Exception fault) when (fault is FormatException or EndOfStreamException)
        {
            throw env.Process(fault as FormatException
                ?? new FormatException($"The model file's pixel loading is truncated ({fault.Message}). Copy or save the model again."));
        }
    }
#pragma warning restore CA1859

    private static VersionInfo Version() => new(
        modelSignature: "WCORDLPX",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(PixelLoadingTransformer).Assembly.GetName().Name!);

    private LoadedPixels Bind(DataViewSchema input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new LoadedPixels(_loading, input);
    }
}
