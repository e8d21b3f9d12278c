using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>The columns that a map adds.</summary>
internal sealed class MappedColumns : StageColumns
{
    /// <exception cref="ArgumentException">A column is absent, of the wrong type or size.</exception>
    public MappedColumns(PixelMap map, DataViewSchema input)
        : base(input)
    {
        Map = map;
        Sources = [.. map.Inputs.Select(source => ImageColumn.Find(input, source.Option, source.Name))];
        Outputs = map.Bind(Sources);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        foreach (PixelOutput output in Outputs)
        {
            NumberDataViewType item = output.IsByte ? NumberDataViewType.Byte : NumberDataViewType.Single;
            builder.AddColumn(output.Name, new VectorDataViewType(item, output.Channels, output.Height, output.Width));
        }

        Output = builder.ToSchema();
    }

    public override DataViewSchema Output { get; }

    public PixelMap Map { get; }

    public IReadOnlyList<ImageColumn> Sources { get; }

    public IReadOnlyList<PixelOutput> Outputs { get; }

    public override Func<int, Delegate> Getters(DataViewRow row, bool[] active)
    {
        var pixels = new MappedPixels(this, row);
        return column => pixels.Getter(column - Input.Count);
    }

    public override void Write(OnnxChain chain)
    {
        string[] inputs = [.. Sources.Select(source => source.Write(chain, PixelMappingTransformer.FriendlyName))];
        foreach ((PixelOutput output, string map) in Outputs.Zip(Map.Write(chain, inputs, Sources)))
        {
            DataViewType type = Output[output.Name].Type;
            if (!output.IsByte)
            {
                chain.Give(output.Name, type, "Identity", [map]);
                continue;
            }

            string clipped = chain.Node("Clip", [map, chain.Constant([0f]), chain.Constant([255f])]);
            chain.Give(output.Name, type, "Cast", [chain.Node("Round", [clipped])], ("to", typeof(byte)));
        }
    }

    protected override bool IsSource(DataViewSchema.Column column) => Sources.Any(source => source.Column.Index == column.Index);
}
