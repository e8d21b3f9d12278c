using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>The added columns of one row, mapped when the first of them is asked for.</summary>
internal sealed class MappedPixels
{
    private readonly MappedColumns _columns;
    private readonly Action<float[]>[] _readers;
    private readonly float[][] _inputs;
    private readonly float[][] _outputs;
    private readonly Action _mapRow;

    public MappedPixels(MappedColumns columns, DataViewRow row)
    {
        _columns = columns;
        _readers = [.. columns.Sources.Select(source => source.IsByte ? Bytes(row, source) : Singles(row, source))];
        _inputs = [.. columns.Sources.Select(source => new float[source.Size])];
        _outputs = [.. columns.Outputs.Select(output => new float[output.Size])];
        _mapRow = RowGetters.OncePerRow(row, MapRow);
    }

    /// <summary>The getter of an added column.</summary>
    /// <param name="index">Its number among the added columns.</param>
    public Delegate Getter(int index) => _columns.Outputs[index].IsByte
        ? (ValueGetter<VBuffer<byte>>)((ref VBuffer<byte> value) =>
            Fill(ref value, index, pixel => (byte)Math.Clamp(MathF.Round(pixel), 0, 255)))
        : (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => Fill(ref value, index, pixel => pixel));

    private static Action<float[]> Bytes(DataViewRow row, ImageColumn source)
    {
        ValueGetter<VBuffer<byte>> getter = row.GetGetter<VBuffer<byte>>(source.Column);
        VBuffer<byte> buffer = default;
        var bytes = new byte[source.Size];
        return target =>
        {
            getter(ref buffer);
            source.CheckLength(buffer.Length, row.Position);
            buffer.CopyTo(bytes);
            for (int i = 0; i < bytes.Length; i++)
            {
                target[i] = bytes[i];
            }
        };
    }

    private static Action<float[]> Singles(DataViewRow row, ImageColumn source)
    {
        ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(source.Column);
        VBuffer<float> buffer = default;
        return target =>
        {
            getter(ref buffer);
            source.CheckLength(buffer.Length, row.Position);
            buffer.CopyTo(target);
        };
    }

    private void Fill<T>(ref VBuffer<T> value, int index, Func<float, T> convert)
    {
        _mapRow();
        float[] pixels = _outputs[index];
        VBufferEditor<T> editor = VBufferEditor.Create(ref value, pixels.Length);
        for (int i = 0; i < pixels.Length; i++)
        {
            editor.Values[i] = convert(pixels[i]);
        }

        value = editor.Commit();
    }

    private void MapRow()
    {
        for (int i = 0; i < _readers.Length; i++)
        {
            _readers[i](_inputs[i]);
        }

        _columns.Map.Map(_inputs, _columns.Sources, _outputs);
    }
}
