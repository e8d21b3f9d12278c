using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using WCoRD.MLNet;

[assembly: LoadableClass(
    typeof(ITransformer),
    typeof(PixelMappingTransformer),
    null,
    typeof(SignatureLoadModel),
    PixelMappingTransformer.FriendlyName,
    PixelMappingTransformer.LoaderSignature)]

namespace WCoRD.MLNet;

/// <summary>
/// Adds image columns made of other image columns, row by row: see <see cref="PixelsCatalog"/>. Saved and loaded by <c>mlContext.Model</c>.
/// </summary>
public sealed class PixelMappingTransformer : ITransformer
{
    internal const string LoaderSignature = "WcordPixelMapping";
    internal const string FriendlyName = "Pixel mapping";
    private readonly PixelMap _map;

    internal PixelMappingTransformer(PixelMap map) => _map = map;

    /// <summary>Always true: each row is mapped by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema of the transformed rows.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <exception cref="ArgumentException">A column is absent, or of another type or size.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).Output;

    /// <summary>Adds the columns; nothing is computed before a cursor asks for them.</summary>
    /// <param name="input">The rows.</param>
    /// <exception cref="ArgumentException">A column is absent, or of another type or size.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new AddedColumnsView(input, Bind(input.Schema));
    }

    /// <summary>A mapper of single rows, as <c>PredictionEngine</c> uses it.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <exception cref="ArgumentException">A column is absent, or of another type or size.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new AddedColumnsMapper(Bind(inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version());
        _map.Write(ctx.Writer);
    }

    // ML.NET finds this by name, parameters and result: it must be ITransformer, as the attribute above says.
#pragma warning disable CA1859
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        try
        {
            ctx.CheckAtModel(Version());
            return new PixelMappingTransformer(PixelMap.Read(ctx.Reader));
        }
        catch (Exception fault) when (fault is FormatException or EndOfStreamException)
        {
            throw env.Process(fault as FormatException
                ?? new FormatException($"The model file's pixel mapping is truncated ({fault.Message}). Copy or save the model again."));
        }
    }
#pragma warning restore CA1859

    private static VersionInfo Version() => new(
        modelSignature: "WCORDPIX",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(PixelMappingTransformer).Assembly.GetName().Name!);

    private MappedColumns Bind(DataViewSchema input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedColumns(_map, input);
    }
}
