using System.Text;

namespace WCoRD.MLNet;

/// <summary>Reads a message of protocol buffers field by field: enough of the format to look through ONNX, which is written in it.</summary>
/// <param name="message">The message.</param>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private const int VarintBits = 64;
    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;

    /// <summary>The number of the present field.</summary>
    public int Field { get; private set; }

    /// <summary>The text, bytes or message of the present field; empty: it is a number.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The present field as text.</summary>
    public readonly string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Goes to the next field.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="InvalidDataException">The message is cut off or is none.</exception>
    public bool Next()
    {
        if (_at == _message.Length)
        {
            return false;
        }

        ulong key = Varint();
        Field = key >> 3 is > 0 and <= int.MaxValue and var field ? (int)field : throw Invalid();
        Bytes = [];
        switch (key & 7)
        {
            case 0:
                _ = Varint();
                return true;
            case 1:
                _ = Take(8);
                return true;
            case 2:
                Bytes = Take(Varint());
                return true;
            case 5:
                _ = Take(4);
                return true;
            default:
                throw Invalid();
        }
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_message.Length - _at))
        {
            throw Invalid();
        }

        ReadOnlySpan<byte> taken = _message.Slice(_at, (int)length);
        _at += (int)length;
        return taken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < VarintBits && _at < _message.Length; shift += 7)
        {
            byte part = _message[_at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Invalid();
    }

    private readonly InvalidDataException Invalid() => new(Invariant($"no field begins at byte {_at} of {_message.Length}"));
}
