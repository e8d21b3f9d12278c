using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>The rows of a source with the map's columns, computed only when a cursor wants them.</summary>
internal sealed class MappedView(IDataView source, PixelBinding binding) : IDataView
{
    public DataViewSchema Schema => binding.Output;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = binding.Active(columnsNeeded);
        return new MappedCursor(source.GetRowCursor(binding.Dependencies(active), rand), binding, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = binding.Active(columnsNeeded);
        return Array.ConvertAll(source.GetRowCursorSet(binding.Dependencies(active), n, rand), cursor => new MappedCursor(cursor, binding, active));
    }
}
