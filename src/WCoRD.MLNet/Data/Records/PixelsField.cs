using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>An image, plane by plane and row by row, a byte for each value.</summary>
internal sealed class PixelsField(string name, int offset, int channels, int height, int width)
    : RecordField(name, offset, channels * height * width)
{
    public override DataViewType Type { get; } = new VectorDataViewType(NumberDataViewType.Byte, channels, height, width);

    public override Delegate Getter(RecordSource source, FieldReader read) => (ValueGetter<VBuffer<byte>>)((ref VBuffer<byte> value) =>
    {
        ReadOnlySpan<byte> pixels = read(out _);
        var editor = VBufferEditor.Create(ref value, Length);
        pixels.CopyTo(editor.Values);
        value = editor.Commit();
    });
}
