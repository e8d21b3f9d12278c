using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Collects the pixels of up to one batch of rows. Bytes stay bytes until they are a tensor.</summary>
internal abstract class PixelBuffer
{
    public static PixelBuffer Create(DataViewRow row, ImageColumn images, int rows)
    {
        long[] shape = [rows, images.Channels, images.Height, images.Width];
        return images.IsByte
            ? new PixelBuffer<byte>(row, images, rows, pixels => tensor(pixels, shape))
            : new PixelBuffer<float>(row, images, rows, pixels => tensor(pixels, shape));
    }

    /// <summary>Reads the current row's pixels.</summary>
    public abstract void Read(int slot);

    /// <summary>The first rows as float32 pixel values <c>[rows, channels, height, width]</c>; the caller owns it.</summary>
    public abstract Tensor ToTensor(int rows);

    /// <summary>The same as an array.</summary>
    public abstract float[] ToFloats(int rows);
}

/// <summary>The pixels of one item type.</summary>
internal sealed class PixelBuffer<T>(DataViewRow row, ImageColumn images, int rows, Func<T[], Tensor> toTensor) : PixelBuffer
    where T : INumberBase<T>
{
    private readonly ValueGetter<VBuffer<T>> _getter = row.GetGetter<VBuffer<T>>(images.Column);
    private readonly T[] _pixels = new T[rows * images.Size];
    private VBuffer<T> _values;

    public override void Read(int slot)
    {
        _getter(ref _values);
        images.CheckLength(_values.Length, row.Position);
        _values.CopyTo(_pixels.AsSpan(slot * images.Size, images.Size));
    }

    public override float[] ToFloats(int rows)
    {
        T[] taken = _pixels[..(rows * images.Size)];
        return taken as float[] ?? Array.ConvertAll(taken, value => float.CreateTruncating(value));
    }

    public override Tensor ToTensor(int rows)
    {
        using var scope = NewDisposeScope();
        return toTensor(_pixels).narrow(0, 0, rows).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
