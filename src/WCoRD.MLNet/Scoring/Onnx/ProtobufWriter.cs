using System.Buffers;
using System.Text;

namespace WCoRD.MLNet;

/// <summary>A message in protobuf's wire format. Fields are written in the order of the calls.</summary>
internal sealed class ProtobufWriter
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public ProtobufWriter Number(int field, long value)
    {
        Key(field, Varint);
        Digits((ulong)value);
        return this;
    }

    public ProtobufWriter Single(int field, float value)
    {
        Key(field, Fixed32);
        _bytes.Write(BitConverter.GetBytes(value));
        return this;
    }

    public ProtobufWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufWriter Message(int field, ProtobufWriter value) => Bytes(field, value.Written);

    public ProtobufWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Key(field, LengthDelimited);
        Digits((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    /// <summary>Adds the fields of another message.</summary>
    public void Append(ProtobufWriter other) => _bytes.Write(other.Written);

    private void Key(int field, int kind) => Digits(((ulong)field << 3) | (uint)kind);

    private void Digits(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Write([(byte)(value | 0x80)]);
        }

        _bytes.Write([(byte)value]);
    }
}
