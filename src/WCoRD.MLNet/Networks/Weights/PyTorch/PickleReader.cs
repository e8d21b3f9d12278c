using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace WCoRD.MLNet;

/// <summary>
/// Reads Python's pickles of tensors and plain values, and nothing else: no class is looked up, and no function is called.
/// </summary>
/// <remarks>
/// A pickle is a program: it may name any function and call it. Of names only those are taken that PyTorch writes for tensors, and a few
/// that training scripts leave beside them, whose objects stay empty;
/// any other name ends the reading. PyTorch's own <c>weights_only</c> reader does alike.
/// </remarks>
/// <param name="content">One pickle or several, one after the other.</param>
/// <param name="file">The file's name, for errors.</param>
internal sealed class PickleReader(ReadOnlyMemory<byte> content, string file)
{
    private const string Ordered = "collections.OrderedDict";
    private const string Size = "torch.Size";

    /// <summary>What scripts keep beside the weights, whose content nobody reads.</summary>
    private static readonly HashSet<string> Ignored =
    [
        "argparse.Namespace", "torch.device", "collections.defaultdict", "collections.Counter",
        "__builtin__.dict", "builtins.dict", "__builtin__.set", "builtins.set", "_codecs.encode",
        "numpy.dtype", "numpy.ndarray", "numpy.core.multiarray.scalar", "numpy.core.multiarray._reconstruct",
        "numpy._core.multiarray.scalar", "numpy._core.multiarray._reconstruct",
        "torch.float64", "torch.float32", "torch.float16", "torch.bfloat16",
        "torch.int64", "torch.int32", "torch.int16", "torch.int8", "torch.uint8", "torch.bool",
    ];

    private static readonly HashSet<string> Tensors = ["torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2"];
    private static readonly HashSet<string> Parameters = ["torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state"];

    private readonly Dictionary<string, PickledStorage> _storages = new(StringComparer.Ordinal);
    private readonly Dictionary<long, object?> _memo = [];
    private readonly Stack<List<object?>> _below = [];
    private List<object?> _stack = [];

    /// <summary>The storages met, by their keys.</summary>
    public IReadOnlyDictionary<string, PickledStorage> Storages => _storages;

    /// <summary>The first byte that was not read.</summary>
    public int Position { get; private set; }

    /// <summary>Reads the next pickle.</summary>
    /// <exception cref="FormatException">It is damaged, or holds more than tensors and plain values.</exception>
    public object? Read()
    {
        _memo.Clear();
        _below.Clear();
        _stack = [];
        while (true)
        {
            int at = Position;
            byte code = Bytes(1)[0];
            if (code == (byte)'.')
            {
                return Pop();
            }

            Execute(code, at);
        }
    }

    public FormatException Damaged(string what) => new(Invariant($"'{file}', byte {Position} of its pickle: {what}. The file is damaged, ")
        + "or torch.save did not write it: fetch it again, or write it again in Python by torch.save(model.state_dict(), 'weights.pth').");

    private void Execute(byte code, int at)
    {
        switch ((char)code)
        {
            case '\x80': _ = Bytes(1); break;
            case '\x95': _ = Bytes(8); break;
            case '(': _below.Push(_stack); _stack = []; break;
            case '0': _ = Pop(); break;
            case '2': Push(Peek()); break;
            case 'N': Push(null); break;
            case '\x88': Push(true); break;
            case '\x89': Push(false); break;
            case 'K': Push((long)Bytes(1)[0]); break;
            case 'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2))); break;
            case 'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(4))); break;
            case '\x8a': PushWhole(new BigInteger(Bytes(Bytes(1)[0]))); break;
            case 'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8))); break;
            case 'X': Push(Text(Length(4))); break;
            case '\x8c': Push(Text(Length(1))); break;
            case 'T': Push(Text(Length(4))); break;
            case 'U': Push(Text(Length(1))); break;
            case 'B': Push(Bytes(Length(4)).ToArray()); break;
            case 'C': Push(Bytes(Length(1)).ToArray()); break;
            case ')': Push(Array.Empty<object?>()); break;
            case '\x85': Push(Tuple(1)); break;
            case '\x86': Push(Tuple(2)); break;
            case '\x87': Push(Tuple(3)); break;
            case 't': Push(PopMark().ToArray()); break;
            case ']' or '\x8f': Push(new List<object?>()); break;
            case '}': Push(new PickledDictionary()); break;
            case 'a': Append([Pop()]); break;
            case 'e' or '\x90': Append(PopMark()); break;
            case 's': SetItems(Tuple(2)); break;
            case 'u': SetItems(PopMark()); break;
            case 'q': _memo[Length(1)] = Peek(); break;
            case 'r': _memo[Length(4)] = Peek(); break;
            case '\x94': _memo[_memo.Count] = Peek(); break;
            case 'h': Push(Remembered(Length(1))); break;
            case 'j': Push(Remembered(Length(4))); break;
            case 'c': Push(Global(Line(), Line())); break;
            case '\x93':
                (object? name, object? module) = (Pop(), Pop());
                Push(Global(As<string>(module, "a module's name"), As<string>(name, "a name")));
                break;
            case 'R' or '\x81':
                (object? arguments, object? called) = (Pop(), Pop());
                Push(Make(As<PickledGlobal>(called, "a name to call"), As<object?[]>(arguments, "arguments")));
                break;
            case 'b': _ = Pop(); break;
            case 'Q': Push(Storage(As<object?[]>(Pop(), "a storage's tuple"))); break;
            default:
                throw Damaged(Invariant($"found operation 0x{code:X2} at byte {at}, ")
                    + "expected one of those that torch.save writes by pickle protocol 2");
        }
    }

    private PickledGlobal Global(string module, string name)
    {
        var global = new PickledGlobal(module, name);
        string full = global.ToString();
        return full is Ordered or Size || Ignored.Contains(full) || Tensors.Contains(full) || Parameters.Contains(full)
            || (module is "torch" or "torch.cuda" && PickledStorage.Types.ContainsKey(name))
            ? global
            : throw new FormatException(
                $"'{file}' holds an object of '{full}': expected tensors and plain values. "
                    + "It may be a whole model, or a checkpoint with more than weights; "
                    + "nothing of a file is executed here, so that it is not read. "
                    + "If you trust it, write its weights in Python, where its classes are: "
                    + $"m = torch.load('{Path.GetFileName(file)}', weights_only=False); "
                    + "torch.save(m.state_dict(), 'weights.pth'), with m['model'] or the like for m.state_dict() where m is a dictionary.");
    }

    private object Make(PickledGlobal called, object?[] arguments)
    {
        string name = called.ToString();
        return name is Ordered ? Dictionary(arguments)
            : name is Size ? As<object?[]>(arguments.FirstOrDefault(), "a size")
            : Parameters.Contains(name) ? As<PickledTensor>(arguments.FirstOrDefault(), "a parameter's tensor")
            : Tensors.Contains(name) ? MakeTensor(arguments)
            : new PickledObject(called);
    }

    private PickledTensor MakeTensor(object?[] arguments)
    {
        if (arguments is not [PickledStorage storage, long offset, object?[] shape, object?[] strides, ..])
        {
            throw Damaged("found a tensor without its storage, offset, shape and strides");
        }

        var tensor = new PickledTensor(storage, offset, Numbers(shape), Numbers(strides));
        return tensor.IsWithinStorage ? tensor
            : throw Damaged(
                Invariant($"found a tensor of shape [{InvariantText.Join(", ", tensor.Shape)}] ")
                    + Invariant($"and strides [{InvariantText.Join(", ", tensor.Strides)}] from element {offset}, ")
                    + Invariant($"expected it to lie within its storage of {storage.Count} elements"));
    }

    private PickledDictionary Dictionary(object?[] arguments)
    {
        var made = new PickledDictionary();
        foreach (object? pair in arguments is [List<object?> pairs] ? pairs : [])
        {
            // Python 2 wrote pairs as lists.
            object?[] item = pair is List<object?> list ? [.. list] : As<object?[]>(pair, "a pair");
            SetItems(made, item);
        }

        return made;
    }

    private PickledStorage Storage(object?[] id)
    {
        if (id is not ["storage", PickledGlobal type, string key, _, long count, ..]
            || !PickledStorage.Types.TryGetValue(type.Name, out var known)
            || count < 0)
        {
            throw Damaged("found a reference that is no storage of numbers");
        }

        long offset = id is [_, _, _, _, _, object?[] and [_, long from, ..]] ? from : 0;
        var storage = new PickledStorage(known.Type, key, count, offset);
        if (_storages.TryGetValue(key, out PickledStorage? other) && (other.Type, other.Count) != (storage.Type, storage.Count))
        {
            throw Damaged(Invariant($"found storage '{key}' as {other.Count} of {other.Type} ")
                + Invariant($"and as {count} of {known.Type}, expected one of them"));
        }

        _storages[key] = storage;
        return storage;
    }

    private void Append(IReadOnlyList<object?> items)
    {
        if (Peek() is not PickledObject)
        {
            As<List<object?>>(Peek(), "a list").AddRange(items);
        }
    }

    private void SetItems(IReadOnlyList<object?> items)
    {
        object? target = Peek();
        if (target is not PickledObject)
        {
            SetItems(As<PickledDictionary>(target, "a dictionary"), items);
        }
    }

    private void SetItems(PickledDictionary target, IReadOnlyList<object?> items)
    {
        if (items.Count % 2 != 0)
        {
            throw Damaged("found a key without a value");
        }

        for (int i = 0; i < items.Count; i += 2)
        {
            target.Add(items[i], items[i + 1]);
        }
    }

    private object? Peek() => _stack.Count > 0 ? _stack[^1] : throw Damaged("found nothing to work on");

    private void Push(object? value) => _stack.Add(value);

    private void PushWhole(BigInteger number)
    {
        if (number >= long.MinValue && number <= long.MaxValue)
        {
            Push((long)number);
        }
        else
        {
            Push(number);
        }
    }

    private object? Pop()
    {
        object? top = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private object?[] Tuple(int length)
    {
        object?[] items = new object?[length];
        for (int i = length - 1; i >= 0; i--)
        {
            items[i] = Pop();
        }

        return items;
    }

    private List<object?> PopMark()
    {
        List<object?> items = _stack;
        _stack = _below.TryPop(out List<object?>? below) ? below : throw Damaged("found the end of a group without its begin");
        return items;
    }

    private object? Remembered(long index) =>
        _memo.TryGetValue(index, out object? value)
            ? value
            : throw Damaged(Invariant($"found a reference to value {index}, which is not there"));

    private T As<T>(object? value, string expected) => value is T right ? right : throw Damaged($"found {value?.GetType().Name ?? "None"}, "
        + $"expected {expected}");

    private long[] Numbers(object?[] values) => [.. values.Select(value => As<long>(value, "whole numbers"))];

    private int Length(int bytes)
    {
        uint length = bytes == 1 ? Bytes(1)[0] : BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));
        return length <= int.MaxValue ? (int)length : throw Damaged($"found a length of {length}");
    }

    private string Text(int length) => Encoding.UTF8.GetString(Bytes(length));

    private string Line()
    {
        int length = content.Span[Position..].IndexOf((byte)'\n');
        string line = Text(length < 0 ? content.Length : length);
        Position++;
        return line;
    }

    private ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > content.Length - Position)
        {
            throw Damaged(Invariant($"found the end of the file, expected {count} bytes more"));
        }

        Position += count;
        return content.Span.Slice(Position - count, count);
    }
}
