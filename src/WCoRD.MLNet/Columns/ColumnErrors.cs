namespace WCoRD.MLNet;

/// <summary>The errors about columns, worded alike.</summary>
internal static class ColumnErrors
{
    /// <summary>There is no such column.</summary>
    /// <param name="option">What names the column.</param>
    /// <param name="name">The name that it was given.</param>
    /// <param name="columns">The columns that are there.</param>
    /// <param name="expected">What the column must be; null: anything.</param>
    public static ArgumentException Missing(string option, string name, IEnumerable<string> columns, string? expected = null) =>
        new($"{option} is '{name}', but the data has no such column. It has: {string.Join(", ", columns)}. "
            + $"Set {option} to one of these, or copy one to this name (CopyColumns){(expected is null ? "" : $": expected {expected}")}.");

    /// <summary>A row that holds another number of values than its column's type says: no image at all, or one of another size.</summary>
    /// <param name="name">The column.</param>
    /// <param name="row">The row, counted from 0.</param>
    /// <param name="found">The values it holds.</param>
    /// <param name="expected">The values that every row must hold.</param>
    public static ArgumentException RowLength(string name, long row, int found, int expected) =>
        new(FormattableString.Invariant($"Column '{name}' has {found} value(s) in row {row}: expected {expected}, as its type says. ")
            + "Leave out or repair rows without values, or with more or fewer.");

    public static ArgumentException Type(string option, string name, object found, string expected) =>
        new(Invariant($"{option} is '{name}', a column of type {found}: expected {expected}."));
}
