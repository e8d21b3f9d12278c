using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A network's weights in and out, with PyTorch's names.</summary>
internal static class NetworkWeights
{
    private const string Counter = "num_batches_tracked";
    private const string AveragesCounter = "n_averaged";
    private const int ListedFaults = 10;

    /// <summary>What wrappers set before every name: data parallelism, Lightning and averaging, and compilation.</summary>
    private static readonly string[] Wrappers = ["module.", "model.", "_orig_mod."];

    /// <summary>What a classifier is called in one collection of networks or another.</summary>
    private static readonly string[] ClassifierNames = ["fc", "classifier", "linear"];

    /// <summary>Loads weights from a file.</summary>
    /// <param name="network">The network, on any device.</param>
    /// <param name="path">A safetensors file.</param>
    /// <exception cref="FormatException">The file is not valid or does not fit; the network is unchanged.</exception>
    public static void Load(FeatureNetwork network, string path)
    {
        using FileStream stream = File.OpenRead(path);
        FileContents.CheckIs(stream, path, FileContent.Safetensors, "safetensors file");
        Load(network, stream, path);
    }

    /// <summary>Loads weights from a stream.</summary>
    /// <param name="network">The network, on any device.</param>
    /// <param name="stream">Safetensors.</param>
    /// <param name="nameForErrors">How errors name the stream.</param>
    /// <exception cref="FormatException">The content is not valid or does not fit; the network is unchanged.</exception>
    public static void Load(FeatureNetwork network, Stream stream, string nameForErrors)
    {
        using var scope = NewDisposeScope();
        Load(network, Safetensors.Read(stream, nameForErrors), nameForErrors);
    }

    /// <summary>Loads weights: every parameter and buffer must be there, in its shape, and nothing else.</summary>
    /// <param name="network">The network, on any device.</param>
    /// <param name="tensors">The weights by name; they stay the caller's.</param>
    /// <param name="nameForErrors">How errors name where they are from.</param>
    /// <remarks>
    /// Counters of batch norm and of weight averaging may be missing or too many (nothing depends on them), the classifier may be called
    /// fc, classifier or linear, and what wrappers set before every name (module., model., _orig_mod.) is left out.
    /// </remarks>
    /// <exception cref="FormatException">They do not fit; the network is unchanged.</exception>
    public static void Load(FeatureNetwork network, IReadOnlyDictionary<string, Tensor> tensors, string nameForErrors)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Dictionary<string, Tensor> state = network.state_dict();
        Dictionary<string, Tensor> found = new(StringComparer.Ordinal);
        List<string> faults = [];
        string wrapper = Wrapper([.. tensors.Keys], state);
        foreach ((string fileName, Tensor value) in tensors)
        {
            string name = OwnName(fileName.StartsWith(wrapper, StringComparison.Ordinal) ? fileName[wrapper.Length..] : fileName, state);
            if (!state.ContainsKey(name) && IsCounter(name))
            {
                continue;
            }

            if (!found.TryAdd(name, value))
            {
                faults.Add($"'{fileName}' is a second tensor for '{name}'");
            }
            else if (!state.TryGetValue(name, out Tensor? target))
            {
                faults.Add($"unexpected '{fileName}' [{InvariantText.Join(", ", value.shape)}]");
            }
            else if (!target.shape.SequenceEqual(value.shape))
            {
                faults.Add(
                    $"'{fileName}': found shape [{InvariantText.Join(", ", value.shape)}], "
                        + $"expected [{InvariantText.Join(", ", target.shape)}]");
            }
            else if (target.is_floating_point() != value.is_floating_point())
            {
                faults.Add($"'{fileName}': found {value.dtype}, expected {target.dtype}");
            }
        }

        faults.AddRange(state.Where(item => !found.ContainsKey(item.Key) && !IsCounter(item.Key))
            .Select(item => $"missing '{item.Key}' [{InvariantText.Join(", ", item.Value.shape)}]"));
        if (faults.Count > 0)
        {
            string rest = faults.Count > ListedFaults ? Invariant($"; and {faults.Count - ListedFaults} more") : string.Empty;
            throw new FormatException(
                Invariant($"'{nameForErrors}' does not fit network '{network.Name}' with ")
                    + Invariant($"{network.Classes} classes and {network.InputChannels} input channels: ")
                    + $"{string.Join("; ", faults.Take(ListedFaults))}{rest}. "
                    + "Name the network, the number of classes and of input channels that the file was made with.");
        }

        foreach ((string name, Tensor value) in found)
        {
            state[name].copy_(value);
        }
    }

    /// <summary>The weights as the bytes of a safetensors file, in the order of the network's state.</summary>
    /// <param name="network">The network, on any device.</param>
    public static byte[] Save(FeatureNetwork network)
    {
        using var scope = NewDisposeScope();
        using MemoryStream stream = new();
        Safetensors.Write(stream, network.state_dict().Select(item =>
            (item.Key, item.Value.is_floating_point() ? item.Value.detach().to(ScalarType.Float32) : item.Value)));
        return stream.ToArray();
    }

    /// <summary>Brings the classes of a network's scores into another order.</summary>
    /// <param name="network">The network.</param>
    /// <param name="order">For each class its place so far.</param>
    /// <exception cref="InvalidOperationException">The network has no classifier of a usual name.</exception>
    public static void OrderClasses(FeatureNetwork network, int[] order)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor[] rows = [.. network.state_dict()
            .Where(item => ClassifierNames.Any(name => item.Key == $"{name}.weight" || item.Key == $"{name}.bias"))
            .Select(item => item.Value)];
        if (rows.Length == 0 || rows.Any(tensor => tensor.shape[0] != network.Classes))
        {
            throw new InvalidOperationException(
                Invariant($"The classes of network '{network.Name}' cannot be brought into the order of the data: ")
                    + Invariant($"it has no layer {string.Join(", ", ClassifierNames)} of {network.Classes} outputs. ")
                    + "Map the label in the teacher's order (MapValueToKey with keyData).");
        }

        Tensor places = tensor(order.Select(place => (long)place).ToArray());
        foreach (Tensor row in rows)
        {
            row.copy_(row.index_select(0, places));
        }
    }

    private static bool IsCounter(string name) => name.EndsWith(Counter, StringComparison.Ordinal) || name == AveragesCounter;

    /// <summary>What wrappers set before most names, if without it more of them are the network's own.</summary>
    private static string Wrapper(string[] fileNames, Dictionary<string, Tensor> state)
    {
        string wrapper = "";
        while (Wrappers.Select(next => wrapper + next)
            .FirstOrDefault(next => 2 * fileNames.Count(name => name.StartsWith(next, StringComparison.Ordinal)) > fileNames.Length)
                is { } longer)
        {
            wrapper = longer;
        }

        int Own(string prefix) =>
            fileNames.Count(name =>
                name.StartsWith(prefix, StringComparison.Ordinal)
                && state.ContainsKey(OwnName(name[prefix.Length..], state)));
        return Own(wrapper) > Own("") ? wrapper : "";
    }

    private static string OwnName(string fileName, Dictionary<string, Tensor> state)
    {
        int dot = fileName.IndexOf('.', StringComparison.Ordinal);
        if (state.ContainsKey(fileName) || dot < 0 || !ClassifierNames.Contains(fileName[..dot]))
        {
            return fileName;
        }

        return ClassifierNames.Select(classifier => classifier + fileName[dot..]).FirstOrDefault(state.ContainsKey, fileName);
    }
}
