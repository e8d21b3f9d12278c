using Microsoft.ML;
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

/// <summary>Adds image columns made of other image columns, row by row: see <see cref="PixelsCatalog"/>.</summary>
public sealed class PixelMappingTransformer : PixelTransformer
{
    internal const string LoaderSignature = "WcordPixelMapping";
    internal const string FriendlyName = "Pixel mapping";
    private static readonly VersionInfo OwnVersion = MakeVersion("WCORDPIX", LoaderSignature);
    private readonly PixelMap _map;

    internal PixelMappingTransformer(PixelMap map) => _map = map;

    private protected override VersionInfo Version => OwnVersion;

    private protected override StageColumns Bind(DataViewSchema input) => new MappedColumns(_map, input);

    private protected override void Write(BinaryWriter writer) => _map.Write(writer);

    // ML.NET finds this by name, parameters and result: it must be ITransformer, as the attribute above says.
#pragma warning disable CA1859
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        Load(env, ctx, OwnVersion, "pixel mapping", reader => new PixelMappingTransformer(PixelMap.Read(reader)));
#pragma warning restore CA1859
}
