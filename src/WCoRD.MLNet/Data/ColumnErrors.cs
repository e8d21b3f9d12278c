namespace WCoRD.MLNet;

/// <summary>The errors about columns, worded alike.</summary>
internal static class ColumnErrors
{
    public static ArgumentException Missing(string option, string name, IEnumerable<string> columns) =>
        new($"{option} is '{name}', but the data has no such column. It has: {string.Join(", ", columns)}. Set {option} to one of these.");

    public static ArgumentException Type(string option, string name, object found, string expected) =>
        new($"{option} is '{name}', a column of type {found}: expected {expected}.");
}
