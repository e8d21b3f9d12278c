using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>A map, the columns of a schema that it reads, and the schema with those that it adds.</summary>
internal sealed class PixelBinding
{
    /// <exception cref="ArgumentException">A column is absent, of the wrong type or size.</exception>
    public PixelBinding(PixelMap map, DataViewSchema input)
    {
        Map = map;
        Input = input;
        Sources = [.. map.Inputs.Select(source => ImageColumn.Find(input, source.Option, source.Name))];
        Outputs = map.Bind(Sources);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        foreach (PixelOutput output in Outputs)
        {
            builder.AddColumn(output.Name, new VectorDataViewType(output.IsByte ? NumberDataViewType.Byte : NumberDataViewType.Single, output.Channels, output.Height, output.Width));
        }

        Output = builder.ToSchema();
    }

    public PixelMap Map { get; }

    public DataViewSchema Input { get; }

    public DataViewSchema Output { get; }

    public IReadOnlyList<ImageColumn> Sources { get; }

    public IReadOnlyList<PixelOutput> Outputs { get; }

    public bool[] Active(IEnumerable<DataViewSchema.Column> wanted)
    {
        var active = new bool[Output.Count];
        foreach (DataViewSchema.Column column in wanted)
        {
            active[column.Index] = true;
        }

        return active;
    }

    /// <summary>Whether any of the wanted columns is one that the map adds.</summary>
    public bool NeedsMap(bool[] active) => active.AsSpan(Input.Count).Contains(true);

    /// <summary>The input columns without which the wanted ones cannot be given.</summary>
    public IEnumerable<DataViewSchema.Column> Dependencies(bool[] active)
    {
        bool needsMap = NeedsMap(active);
        return Input.Where(column => active[column.Index] || (needsMap && Sources.Any(source => source.Column.Index == column.Index)));
    }
}
