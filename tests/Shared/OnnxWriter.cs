using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace WCoRD.MLNet.Tests;

/// <summary>Writes ONNX models, as protocol buffers lay them out (onnx.proto has the numbers of the fields).</summary>
internal sealed class OnnxWriter
{
    private const int Float = 1;
    private const int Opset = 13;
    private readonly ArrayBufferWriter<byte> _graph = new();

    public OnnxWriter() => Write(_graph, 2, "net"u8);

    /// <summary>An input of float32, or of another type of <c>TensorProto.DataType</c>; sides are numbers, or names where any will do.</summary>
    public OnnxWriter Input(string name, object[] shape, int type = Float) => Value(11, name, shape, type);

    /// <summary>An output of float32, or of another type.</summary>
    public OnnxWriter Output(string name, object[] shape, int type = Float) => Value(12, name, shape, type);

    /// <summary>A node; its attributes are a long, a float or longs.</summary>
    public OnnxWriter Node(string op, string[] inputs, string output, params (string Name, object Value)[] attributes)
    {
        var node = new ArrayBufferWriter<byte>();
        foreach (string input in inputs)
        {
            Write(node, 1, Bytes(input));
        }

        Write(node, 2, Bytes(output));
        Write(node, 4, Bytes(op));
        foreach ((string attributeName, object value) in attributes)
        {
            var attribute = new ArrayBufferWriter<byte>();
            Write(attribute, 1, Bytes(attributeName));
            switch (value)
            {
                case long whole:
                    Write(attribute, 3, whole);
                    Write(attribute, 20, 2);
                    break;
                case long[] list:
                    foreach (long item in list)
                    {
                        Write(attribute, 8, item);
                    }

                    Write(attribute, 20, 7);
                    break;
                default:
                    throw new ArgumentException($"{value.GetType()}", nameof(attributes));
            }

            Write(node, 5, attribute.WrittenSpan);
        }

        Write(_graph, 1, node.WrittenSpan);
        return this;
    }

    /// <summary>Weights of float32; those in another file are there by its name.</summary>
    public OnnxWriter Weights(string name, float[] values, long[] shape, string? location = null)
    {
        var weights = new ArrayBufferWriter<byte>();
        foreach (long side in shape)
        {
            Write(weights, 1, side);
        }

        Write(weights, 2, Float);
        Write(weights, 8, Bytes(name));
        if (location is null)
        {
            Write(weights, 9, MemoryMarshal.AsBytes<float>(values));
        }
        else
        {
            var entry = new ArrayBufferWriter<byte>();
            Write(entry, 1, "location"u8);
            Write(entry, 2, Bytes(location));
            Write(weights, 13, entry.WrittenSpan);
            Write(weights, 14, 1);
        }

        Write(_graph, 5, weights.WrittenSpan);
        return this;
    }

    public byte[] ToBytes()
    {
        ArrayBufferWriter<byte> model = new(), opset = new();
        Write(model, 1, 8);
        Write(model, 2, "test"u8);
        Write(model, 7, _graph.WrittenSpan);
        Write(opset, 1, ""u8);
        Write(opset, 2, Opset);
        Write(model, 8, opset.WrittenSpan);
        return model.WrittenSpan.ToArray();
    }

    private OnnxWriter Value(int field, string name, object[] shape, int type)
    {
        ArrayBufferWriter<byte> sides = new(), tensor = new(), kind = new(), value = new();
        foreach (object side in shape)
        {
            var dimension = new ArrayBufferWriter<byte>();
            if (side is string symbol)
            {
                Write(dimension, 2, Bytes(symbol));
            }
            else
            {
                Write(dimension, 1, (int)side);
            }

            Write(sides, 1, dimension.WrittenSpan);
        }

        Write(tensor, 1, type);
        Write(tensor, 2, sides.WrittenSpan);
        Write(kind, 1, tensor.WrittenSpan);
        Write(value, 1, Bytes(name));
        Write(value, 2, kind.WrittenSpan);
        Write(_graph, field, value.WrittenSpan);
        return this;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static void Write(ArrayBufferWriter<byte> target, int field, ReadOnlySpan<byte> content)
    {
        WriteNumber(target, ((ulong)field << 3) | 2);
        WriteNumber(target, (ulong)content.Length);
        target.Write(content);
    }

    private static void Write(ArrayBufferWriter<byte> target, int field, long number)
    {
        WriteNumber(target, (ulong)field << 3);
        WriteNumber(target, (ulong)number);
    }

    private static void WriteNumber(ArrayBufferWriter<byte> target, ulong number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            target.Write([(byte)(number | 0x80)]);
        }

        target.Write([(byte)number]);
    }
}
