using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Collects the pixels of up to one batch of rows. Bytes stay bytes until they are a tensor.</summary>
internal abstract class PixelBuffer
{
    public static PixelBuffer Create(DataViewRow row, DataViewSchema.Column column, ModelDescription description, int rows)
    {
        int size = description.Channels * description.Height * description.Width;
        long[] shape = [rows, description.Channels, description.Height, description.Width];
        return ((VectorDataViewType)column.Type).ItemType.RawType == typeof(byte)
            ? new PixelBuffer<byte>(row, row.GetGetter<VBuffer<byte>>(column), column.Name, rows, size, pixels => tensor(pixels, shape))
            : new PixelBuffer<float>(row, row.GetGetter<VBuffer<float>>(column), column.Name, rows, size, pixels => tensor(pixels, shape));
    }

    /// <summary>Reads the current row's pixels.</summary>
    public abstract void Read(int slot);

    /// <summary>The first rows as float32 pixel values <c>[rows, channels, height, width]</c>; the caller owns it.</summary>
    public abstract Tensor ToTensor(int rows);
}

/// <summary>The pixels of one item type.</summary>
internal sealed class PixelBuffer<T>(DataViewRow row, ValueGetter<VBuffer<T>> getter, string column, int rows, int size, Func<T[], Tensor> toTensor) : PixelBuffer
{
    private readonly T[] _pixels = new T[rows * size];
    private VBuffer<T> _values;

    public override void Read(int slot)
    {
        getter(ref _values);
        if (_values.Length != size)
        {
            throw ColumnErrors.RowLength(column, row.Position, _values.Length, size);
        }

        _values.CopyTo(_pixels.AsSpan(slot * size, size));
    }

    public override Tensor ToTensor(int rows)
    {
        using var scope = NewDisposeScope();
        return toTensor(_pixels).narrow(0, 0, rows).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
