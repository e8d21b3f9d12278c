using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Cli.Models;

/// <summary>The rows of another view that are taken, in their order.</summary>
/// <param name="source">The other view.</param>
/// <param name="takes">Whether a row is taken, by its number; asked once for every row of every pass, in order.</param>
/// <param name="count">The number of rows taken; null: unknown.</param>
internal sealed class TakenRows(IDataView source, Func<long, bool> takes, long? count) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    // Rows are known by their numbers.
    public bool CanShuffle => false;

    public long? GetRowCount() => count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(source.GetRowCursor(columnsNeeded), takes);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, Func<long, bool> takes) : DataViewRowCursor
    {
        private long _position = -1;
        private long _row = -1;

        public override DataViewSchema Schema => input.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(column);

        public override bool MoveNext()
        {
            while (input.MoveNext())
            {
                if (takes(++_row))
                {
                    _position++;
                    return true;
                }
            }

            _position = -1;
            return false;
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
}
