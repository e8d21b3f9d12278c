using System.Runtime.InteropServices;

namespace WCoRD.MLNet;

/// <summary>An ONNX file in the making (<c>ModelProto</c>, IR version 8).</summary>
internal sealed class OnnxBuilder
{
    private const int IrVersion = 8;
    private readonly ProtobufWriter _nodes = new();
    private readonly ProtobufWriter _tensors = new();
    private readonly ProtobufWriter _inputs = new();
    private readonly ProtobufWriter _outputs = new();
    private readonly ProtobufWriter _metadata = new();
    private int _count;

    /// <summary>Adds an operation with one output.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="inputs">The names of what it reads.</param>
    /// <param name="output">The name of what it gives.</param>
    /// <param name="attributes">Its attributes.</param>
    public void Node(
        string op, IEnumerable<string> inputs, string output, IEnumerable<(string Name, object Value)>? attributes = null)
    {
        var node = new ProtobufWriter();
        foreach (string input in inputs)
        {
            node.Text(1, input);
        }

        node.Text(2, output).Text(3, Invariant($"{op}_{_count++}")).Text(4, op);
        foreach ((string name, object value) in attributes ?? [])
        {
            node.Message(5, Attribute(name, value));
        }

        _nodes.Message(1, node);
    }

    /// <summary>Adds numbers that do not change.</summary>
    /// <returns>The name.</returns>
    public string Tensor<T>(string name, OnnxType type, T[] values, params IReadOnlyList<long> shape)
        where T : struct
    {
        var tensor = new ProtobufWriter();
        foreach (long side in shape)
        {
            tensor.Number(1, side);
        }

        _tensors.Message(5, tensor.Number(2, (int)type).Text(8, name).Bytes(9, MemoryMarshal.AsBytes<T>(values)));
        return name;
    }

    /// <summary>States what is read, for any number of images.</summary>
    public void Input(string name, OnnxType type, params IReadOnlyList<long> shape) => _inputs.Message(11, Value(name, type, shape));

    /// <summary>States what is given, for any number of images.</summary>
    public void Output(string name, OnnxType type, params IReadOnlyList<long> shape) => _outputs.Message(12, Value(name, type, shape));

    public void Metadata(string key, string value) => _metadata.Message(14, new ProtobufWriter().Text(1, key).Text(2, value));

    /// <summary>The file.</summary>
    /// <param name="name">The graph's name.</param>
    /// <param name="opset">The version of the operators.</param>
    public byte[] ToBytes(string name, int opset)
    {
        ProtobufWriter graph = Join(_nodes, new ProtobufWriter().Text(2, name), _tensors, _inputs, _outputs);
        var header = new ProtobufWriter();
        header.Number(1, IrVersion).Text(2, "WCoRD.MLNet").Text(3, ThisVersion);
        var operators = new ProtobufWriter();
        operators.Text(1, "").Number(2, opset);
        return Join(header, new ProtobufWriter().Message(7, graph).Message(8, operators), _metadata).Written.ToArray();
    }

    private static string ThisVersion => typeof(OnnxBuilder).Assembly.GetName().Version!.ToString(3);

    private static ProtobufWriter Join(params ProtobufWriter[] parts)
    {
        var all = new ProtobufWriter();
        foreach (ProtobufWriter part in parts)
        {
            all.Append(part);
        }

        return all;
    }

    private static ProtobufWriter Attribute(string name, object value)
    {
        const int Kind = 20;
        var attribute = new ProtobufWriter();
        attribute.Text(1, name);
        switch (value)
        {
            case float number:
                return attribute.Single(2, number).Number(Kind, 1);
            case long number:
                return attribute.Number(3, number).Number(Kind, 2);
            case long[] numbers:
                foreach (long number in numbers)
                {
                    attribute.Number(8, number);
                }

                return attribute.Number(Kind, 7);
            default:
                throw new NotSupportedException($"The attribute '{name}' is a {value.GetType().Name}: "
                    + "expected a float, a long or an array of long.");
        }
    }

    private static ProtobufWriter Value(string name, OnnxType type, IReadOnlyList<long> shape)
    {
        var sides = new ProtobufWriter();
        sides.Message(1, new ProtobufWriter().Text(2, "batch"));
        foreach (long side in shape)
        {
            sides.Message(1, new ProtobufWriter().Number(1, side));
        }

        ProtobufWriter tensor = new ProtobufWriter().Number(1, (int)type).Message(2, sides);
        return new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, tensor));
    }
}
