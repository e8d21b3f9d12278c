using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>What every row of ML.NET owes its callers.</summary>
internal static class RowGetters
{
    public static void CheckActive(bool[] active, DataViewSchema.Column column)
    {
        if (column.Index >= active.Length || !active[column.Index])
        {
            throw new InvalidOperationException(
                $"The column '{column.Name}' is not active in this cursor: name it among the columns needed.");
        }
    }

    public static void CheckPosition(long position)
    {
        if (position < 0)
        {
            throw new InvalidOperationException("Values cannot be fetched before the first row or after the last: call MoveNext first.");
        }
    }

    /// <summary>An action that is done for each row when first asked for, and not again before the row moves on.</summary>
    public static Action OncePerRow(DataViewRow row, Action act)
    {
        long done = -1;
        return () =>
        {
            long position = row.Position;
            CheckPosition(position);
            if (done != position)
            {
                act();
                done = position;
            }
        };
    }

    public static ValueGetter<TValue> Cast<TValue>(Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException(
            $"The column '{column.Name}' gives {column.Type.RawType}: a getter of {typeof(TValue)} was asked for.");
}
