using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>The bytes of the current record's field.</summary>
/// <param name="row">The record's number.</param>
internal delegate ReadOnlySpan<byte> FieldReader(out long row);

/// <summary>A part of every record that becomes a column.</summary>
internal abstract class RecordField(string name, int offset, int length)
{
    /// <summary>The column's name.</summary>
    public string Name => name;

    /// <summary>Bytes of the record before this field.</summary>
    public int Offset => offset;

    /// <summary>Bytes of this field.</summary>
    public int Length => length;

    public abstract DataViewType Type { get; }

    public virtual DataViewSchema.Annotations? Annotations => null;

    /// <summary>The column's getter.</summary>
    public abstract Delegate Getter(RecordSource source, FieldReader read);
}
