using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>Adds files of records of one length to <see cref="MLContext.Data"/>.</summary>
public static class FixedRecordsCatalog
{
    /// <summary>
    /// Opens a file of records as rows. Values are read only when a cursor asks for them; rows can be shuffled and counted.
    /// </summary>
    /// <param name="catalog">The <c>Data</c> of an <see cref="MLContext"/>.</param>
    /// <param name="path">The file.</param>
    /// <param name="layout">What stands where in a record.</param>
    /// <returns>Rows with a column for each field.</returns>
    /// <exception cref="ArgumentException">The path or the layout is empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is empty or ends within a record.</exception>
    /// <example>
    /// <code language="csharp"><![CDATA[
    /// var layout = new FixedRecordLayout().Key("Label", 10).Value("Speaker").Value("Index").Value("IsTest").Pixels("Pixels", 1, 32, 32);
    /// IDataView digits = mlContext.Data.LoadFromFixedRecords("digits.bin", layout);
    /// IDataView test = mlContext.Data.FilterRowsByColumn(digits, "IsTest", lowerBound: 1);
    /// ]]></code>
    /// </example>
    public static IDataView LoadFromFixedRecords(this DataOperationsCatalog catalog, string path, FixedRecordLayout layout)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(layout);
        if (layout.Fields.Count == 0)
        {
            throw new ArgumentException(
                "The layout has no fields: say what stands in a record, as Key(\"Label\", 10).Pixels(\"Pixels\", 1, 32, 32).",
                nameof(layout));
        }

        string full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            throw new FileNotFoundException(
                Invariant($"'{full}' does not exist: expected a file of records of {layout.RecordBytes} bytes."), full);
        }

        var records = new FileRecords(
            full,
            new RecordFormat(
                Invariant($"the layout given, of records of {layout.RecordBytes} bytes"), "check the layout, or get the file again"),
            layout.HeaderBytes,
            layout.RecordBytes);
        return new RecordView([.. layout.Fields.Select(field => new RecordColumn(records, field))]);
    }
}
