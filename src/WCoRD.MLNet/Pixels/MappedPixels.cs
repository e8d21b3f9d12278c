using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>The added columns of one row, mapped when the first of them is asked for.</summary>
internal sealed class MappedPixels
{
    private readonly PixelBinding _binding;
    private readonly DataViewRow _row;
    private readonly Action<float[]>[] _readers;
    private readonly float[][] _inputs;
    private readonly float[][] _outputs;
    private long _mapped = -1;

    public MappedPixels(PixelBinding binding, DataViewRow row)
    {
        _binding = binding;
        _row = row;
        _readers = [.. binding.Sources.Select(source => source.IsByte ? Bytes(row, source) : Singles(row, source))];
        _inputs = [.. binding.Sources.Select(source => new float[source.Size])];
        _outputs = [.. binding.Outputs.Select(output => new float[output.Size])];
    }

    /// <summary>The getter of an added column.</summary>
    /// <param name="index">Its number among the added columns.</param>
    public Delegate Getter(int index) => _binding.Outputs[index].IsByte
        ? (ValueGetter<VBuffer<byte>>)((ref VBuffer<byte> value) => Fill(ref value, index, pixel => (byte)Math.Clamp(MathF.Round(pixel), 0, 255)))
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
        MapRow();
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
        long position = _row.Position;
        RowGetters.CheckPosition(position);
        if (_mapped == position)
        {
            return;
        }

        for (int i = 0; i < _readers.Length; i++)
        {
            _readers[i](_inputs[i]);
        }

        _binding.Map.Map(_inputs, _binding.Sources, _outputs);
        _mapped = position;
    }
}
