namespace WCoRD.MLNet;

/// <summary>
/// What stands where in a file of records of one length: fields in the order of the file.
/// <see cref="FixedRecordsCatalog.LoadFromFixedRecords"/> reads by it.
/// </summary>
public sealed class FixedRecordLayout
{
    private readonly List<RecordField> _fields = [];

    /// <summary>The bytes before the first record.</summary>
    /// <value>Default 0.</value>
    public int HeaderBytes { get; init; }

    /// <summary>The bytes of a record, so far.</summary>
    public int RecordBytes { get; private set; }

    internal IReadOnlyList<RecordField> Fields => _fields;

    /// <summary>Adds a byte that is a class counted from 0: a key column.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="classes">The number of classes, 1 to 256.</param>
    /// <param name="classNames">Their names; null: their numbers.</param>
    /// <returns>This layout.</returns>
    /// <exception cref="ArgumentException">The name is empty or taken, or there are not as many names as classes.</exception>
    public FixedRecordLayout Key(string name, int classes, IReadOnlyList<string>? classNames = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, 256);
        classNames ??=
        [
            .. Enumerable.Range(0, classes).Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ];
        return classNames.Count == classes
            ? Add(new KeyField(name, $"'{name}'", RecordBytes, classNames))
            : throw new ArgumentException(
                Invariant($"Column '{name}' has {classNames.Count} names: expected {classes}, one for each class."), nameof(classNames));
    }

    /// <summary>Adds a byte that is a number: a Single column, by which <c>FilterRowsByColumn</c> can select rows.</summary>
    /// <param name="name">The column's name.</param>
    /// <returns>This layout.</returns>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public FixedRecordLayout Value(string name) => Add(new ValueField(name, RecordBytes));

    /// <summary>Adds an image, plane by plane and row by row, a byte for each value: a column of channels x height x width bytes.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="channels">Channels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <returns>This layout.</returns>
    /// <exception cref="ArgumentException">The name is empty or taken, or a size is below 1.</exception>
    public FixedRecordLayout Pixels(string name, int channels, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        return Add(new PixelsField(name, RecordBytes, channels, height, width));
    }

    /// <summary>Passes over bytes.</summary>
    /// <param name="bytes">How many, at least 1.</param>
    /// <returns>This layout.</returns>
    public FixedRecordLayout Skip(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        RecordBytes = checked(RecordBytes + bytes);
        return this;
    }

    private FixedRecordLayout Add(RecordField field)
    {
        ArgumentException.ThrowIfNullOrEmpty(field.Name, nameof(field));
        if (_fields.Any(other => other.Name == field.Name))
        {
            throw new ArgumentException(
                $"The layout has a column '{field.Name}' already: give each field a name of its own.", nameof(field));
        }

        _fields.Add(field);
        RecordBytes = checked(RecordBytes + field.Length);
        return this;
    }
}
