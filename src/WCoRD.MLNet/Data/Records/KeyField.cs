using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>One byte, a class counted from 0, as a key with named values.</summary>
/// <param name="name">The column's name.</param>
/// <param name="meaning">What the byte is, in messages.</param>
/// <param name="offset">Bytes of the record before it.</param>
/// <param name="names">The names of all classes.</param>
internal sealed class KeyField(string name, string meaning, int offset, IReadOnlyList<string> names) : RecordField(name, offset, 1)
{
    public override DataViewType Type { get; } = new KeyDataViewType(typeof(uint), names.Count);

    public override DataViewSchema.Annotations Annotations { get; } = NameAnnotations.Of(AnnotationNames.KeyValues, names);

    public override Delegate Getter(RecordSource source, FieldReader read) => (ValueGetter<uint>)((ref uint value) =>
    {
        byte label = read(out long row)[0];
        // Keys count from 1.
        value = label < names.Count ? label + 1u
            : throw new InvalidDataException(
                Invariant($"'{source.Path}' has {meaning} {label} in record {row}, at byte offset {source.OffsetOf(row) + Offset}: ")
                + Invariant($"expected 0 to {names.Count - 1}. ")
                + $"The file is damaged or not in {source.Format.Name}; {source.Format.Remedy}.");
    });
}
