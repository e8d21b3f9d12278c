using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>A row with the map's columns added.</summary>
internal sealed class MappedRow(DataViewRow input, PixelBinding binding, bool[] active) : DataViewRow
{
    private readonly MappedPixels? _pixels = binding.NeedsMap(active) ? new MappedPixels(binding, input) : null;

    public override DataViewSchema Schema => binding.Output;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        RowGetters.CheckActive(active, column);
        int added = column.Index - binding.Input.Count;
        return added < 0
            ? input.GetGetter<TValue>(binding.Input[column.Index])
            : RowGetters.Cast<TValue>(_pixels!.Getter(added), column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            input.Dispose();
        }

        base.Dispose(disposing);
    }
}
