using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace WCoRD.MLNet;

/// <summary>A stage that adds columns of pixels, row by row, with nothing trained: see <see cref="PixelsCatalog"/>. Saved and loaded by
/// <c>mlContext.Model</c>.</summary>
public abstract class PixelTransformer : ITransformer
{
    private protected PixelTransformer()
    {
    }

    /// <summary>Always true: each row is made by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema of the transformed rows.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <exception cref="ArgumentException">A column is absent, or of another type or size.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => BindTo(inputSchema).Output;

    /// <summary>Adds the columns; nothing is made before a cursor asks for them.</summary>
    /// <param name="input">The rows.</param>
    /// <exception cref="ArgumentException">A column is absent, or of another type or size.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new StageView(input, Bind(input.Schema));
    }

    /// <summary>A mapper of single rows, as <c>PredictionEngine</c> uses it.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <exception cref="ArgumentException">A column is absent, or of another type or size.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new AddedColumnsMapper(BindTo(inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        Write(ctx.Writer);
    }

    private protected abstract VersionInfo Version { get; }

    private protected abstract StageColumns Bind(DataViewSchema input);

    private protected abstract void Write(BinaryWriter writer);

    /// <summary>Loads a stage.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="ctx">The file's part.</param>
    /// <param name="version">What it must be.</param>
    /// <param name="name">How errors name the stage.</param>
    /// <param name="read">Reads what <see cref="Write"/> wrote.</param>
    private protected static T Load<T>(
        IHostEnvironment env, ModelLoadContext ctx, VersionInfo version, string name, Func<BinaryReader, T> read)
    {
        try
        {
            ctx.CheckAtModel(version);
            return read(ctx.Reader);
        }
        catch (Exception fault) when (fault is FormatException or EndOfStreamException)
        {
            throw env.Process(fault as FormatException
                ?? new FormatException($"The model file's {name} is truncated ({fault.Message}). Copy or save the model again."));
        }
    }

    private protected static VersionInfo MakeVersion(string signature, string loaderSignature) => new(
        modelSignature: signature,
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: loaderSignature,
        loaderAssemblyName: typeof(PixelTransformer).Assembly.GetName().Name!);

    private StageColumns BindTo(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Bind(inputSchema);
    }
}
