using System.Security.Cryptography;

namespace WCoRD.MLNet;

/// <summary>An ONNX model as bytes: looked through before ONNX Runtime sees it.</summary>
/// <remarks>
/// Weights may lie in other files, which the model names. A hostile one would name any file of the machine: those outside its own folder
/// are refused.
/// </remarks>
internal sealed class OnnxFile
{
    // As deep as protocol buffers themselves go.
    private const int DeepestMessage = 100;

    // Names of the graph itself, and not of one within a loop or branch.
    private const int NameDepth = 2;

    // The fields of ONNX's messages (onnx.proto) that this looks at.
    private const int ModelGraph = 7;
    private const int GraphOutput = 12;
    private const int ValueName = 1;
    private const int EntryKey = 1;
    private const int EntryValue = 2;

    private readonly List<string> _added = [];
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _external = new(StringComparer.Ordinal);

    private OnnxFile(string path, byte[] bytes) => (Path, Bytes) = (path, bytes);

    private enum Kind
    {
        Model,
        Training,
        Function,
        Graph,
        Node,
        Attribute,
        SparseTensor,
        Tensor,
        Entry,
        Output,
        MadeName,
        GivenName,
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The file's name, for messages.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The folder in which files of weights are looked for.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;

    /// <summary>The model.</summary>
    public byte[] Bytes { get; private set; }

    /// <summary>SHA-256 of the model and of all that it names, as text.</summary>
    public string Hash { get; private set; } = "";

    /// <summary>The tensors within the graph that were made outputs.</summary>
    public IReadOnlyList<string> Added => _added;

    /// <summary>Reads a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file, or none of the weights that it names.</exception>
    /// <exception cref="FormatException">It is no ONNX model, is cut off, or names weights outside its folder.</exception>
    public static OnnxFile Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"The ONNX file '{path}' does not exist.", path);
        }

        using (FileStream stream = File.OpenRead(path))
        {
            FileContents.CheckIs(stream, path, FileContent.Onnx, "ONNX model");
            if (stream.Length > Array.MaxLength)
            {
                throw new FormatException(Invariant($"'{path}' has {stream.Length} bytes: expected at most 2 GiB, as ONNX's format has it. ")
                    + "Export it with its weights in files of their own.");
            }
        }

        OnnxFile file = LookedThrough(path, File.ReadAllBytes(path));
        file.Hash = file.HashAll();
        return file;
    }

    /// <summary>Takes a model that is part of another file, and so has no weights beside it.</summary>
    /// <param name="bytes">The model.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <exception cref="FormatException">It is no ONNX model, is cut off, or names weights elsewhere.</exception>
    public static OnnxFile Of(byte[] bytes, string name)
    {
        OnnxFile file = LookedThrough(name, bytes);
        return file._external.Count == 0 ? file
            : throw new FormatException($"{name} names weights in '{file._external.First()}': expected none outside of it. Save the model again.");
    }

    private static OnnxFile LookedThrough(string path, byte[] bytes)
    {
        var file = new OnnxFile(path, bytes);
        try
        {
            return file.Look(file.Bytes, Kind.Model, depth: 0) ? file
                : throw new FormatException(
                    $"'{path}' is no ONNX model: it holds no graph. Expected what torch.onnx.export, tf2onnx or another exporter writes.");
        }
        catch (InvalidDataException fault)
        {
            throw new FormatException($"'{path}' is no ONNX model, or is damaged ({fault.Message}): "
                + "expected what torch.onnx.export, tf2onnx or another exporter writes. Fetch or export it again.", fault);
        }
    }

    /// <summary>Whether a node of the graph makes a tensor of this name, which is no output of it.</summary>
    public bool HasWithin(string tensor) => _made.Contains(tensor) && !_given.Contains(tensor);

    /// <summary>Makes a tensor within the graph an output of it.</summary>
    /// <remarks>A message that stands twice is one of both's fields: a second graph of one output is appended.</remarks>
    public void AddOutput(string tensor)
    {
        ProtobufWriter output = new ProtobufWriter().Text(ValueName, tensor), graph = new ProtobufWriter().Message(GraphOutput, output);
        Bytes = [.. Bytes, .. new ProtobufWriter().Message(ModelGraph, graph).Written];
        _added.Add(tensor);
        _ = _given.Add(tensor);
    }

    // What of a message is looked into, by the number of its field.
    private static Kind? Within(Kind kind, int field) => (kind, field) switch
    {
        (Kind.Model, ModelGraph) => Kind.Graph,
        (Kind.Model, 20) => Kind.Training,
        (Kind.Model, 25) => Kind.Function,
        (Kind.Training, 1 or 2) => Kind.Graph,
        (Kind.Function, 7) => Kind.Node,
        (Kind.Function, 11) => Kind.Attribute,
        (Kind.Graph, 1) => Kind.Node,
        (Kind.Graph, 5) => Kind.Tensor,
        (Kind.Graph, 15) => Kind.SparseTensor,
        (Kind.Graph, GraphOutput) => Kind.Output,
        (Kind.Output, ValueName) => Kind.GivenName,
        (Kind.Node, 2) => Kind.MadeName,
        (Kind.Node, 5) => Kind.Attribute,
        (Kind.Attribute, 5 or 10) => Kind.Tensor,
        (Kind.Attribute, 6 or 11) => Kind.Graph,
        (Kind.Attribute, 22 or 23) => Kind.SparseTensor,
        (Kind.SparseTensor, 1 or 2) => Kind.Tensor,
        (Kind.Tensor, 13) => Kind.Entry,
        _ => null,
    };

    /// <returns>Whether there is anything to look into.</returns>
    private bool Look(ReadOnlySpan<byte> message, Kind kind, int depth)
    {
        if (depth > DeepestMessage)
        {
            throw new InvalidDataException(Invariant($"messages within messages more than {DeepestMessage} deep"));
        }

        bool found = false;
        string key = "", value = "";
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (kind == Kind.Entry)
            {
                (key, value) = (reader.Field == EntryKey ? reader.Text : key, reader.Field == EntryValue ? reader.Text : value);
            }
            else if (Within(kind, reader.Field) is { } inner)
            {
                found = true;
                if (inner is not (Kind.MadeName or Kind.GivenName))
                {
                    _ = Look(reader.Bytes, inner, depth + 1);
                }
                else if (depth == NameDepth)
                {
                    _ = (inner == Kind.MadeName ? _made : _given).Add(reader.Text);
                }
            }
        }

        if (key == "location")
        {
            _ = _external.Add(value);
            CheckLocation(value);
        }

        return found;
    }

    private void CheckLocation(string location)
    {
        // Both kinds of divider count on every system: a file is safe everywhere or nowhere.
        if (location.Length == 0 || location[0] is '/' or '\\' || location.Contains(':', StringComparison.Ordinal)
            || location.Split('/', '\\').Contains(".."))
        {
            throw new FormatException($"'{Path}' names weights in '{location}': expected a file in its own folder or below. "
                + "Do not use it if you do not know where it comes from; else export it again with the weights beside it.");
        }

        string file = System.IO.Path.Combine(Folder, location);
        if (!File.Exists(file))
        {
            throw new FileNotFoundException(
                $"'{Path}' has weights in '{location}', but '{file}' does not exist: expected it beside the model. Fetch or copy it too.", file);
        }
    }

    private string HashAll()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(SHA256.HashData(Bytes));
        foreach (string location in _external)
        {
            using FileStream stream = File.OpenRead(System.IO.Path.Combine(Folder, location));
            hash.AppendData(SHA256.HashData(stream));
        }

        return Convert.ToHexStringLower(_external.Count == 0 ? SHA256.HashData(Bytes) : hash.GetHashAndReset());
    }
}
