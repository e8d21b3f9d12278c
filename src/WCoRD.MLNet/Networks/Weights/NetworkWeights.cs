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
    /// <param name="otherClasses">Whether the classifier may be absent or of other classes: the network's then stays as it is.</param>
    /// <returns>With <paramref name="otherClasses"/>, the classes of the classifier found; 0: there is none.</returns>
    /// <remarks>
    /// Names may be timm's. Counters of batch norm and of weight averaging may be missing or too many (nothing depends on them), the
    /// classifier may be called fc, classifier or linear, and what wrappers set before every name (module., model., _orig_mod.) is left out.
    /// </remarks>
    /// <exception cref="FormatException">They do not fit; the network is unchanged.</exception>
    public static int Load(
        FeatureNetwork network, IReadOnlyDictionary<string, Tensor> tensors, string nameForErrors, bool otherClasses = false)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Dictionary<string, Tensor> state = network.state_dict();
        Dictionary<string, Tensor> found = new(StringComparer.Ordinal);
        List<string> faults = [];
        string wrapper = Wrapper([.. tensors.Keys], state);
        IReadOnlyDictionary<string, string> timm = TimmNames.Of(network, [.. tensors.Keys]);
        string[] classifier = otherClasses ? ClassifierOf(network, state) : [];
        int classes = 0;
        foreach ((string fileName, Tensor given) in tensors)
        {
            string name = timm.GetValueOrDefault(fileName)
                ?? OwnName(fileName.StartsWith(wrapper, StringComparison.Ordinal) ? fileName[wrapper.Length..] : fileName, state);
            // timm has a 1x1 convolution where torchvision has a linear layer.
            Tensor value = timm.Count > 0 && given.dim() == 4 && state.TryGetValue(name, out Tensor? linear) && linear.dim() == 2
                ? given.flatten(1)
                : given;
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
            else if (classifier.Contains(name)
                && value.dim() > 0
                && target.shape.Skip(1).SequenceEqual(value.shape.Skip(1))
                && (classes == 0 || classes == value.shape[0]))
            {
                classes = (int)value.shape[0];
            }
            else if (!target.shape.SequenceEqual(value.shape))
            {
                faults.Add(
                    $"'{fileName}': found shape [{InvariantText.Join(", ", value.shape)}], "
                        + $"expected [{InvariantText.Join(", ", target.shape)}]{ChannelsOf(name, value, state)}");
            }
            else if (target.is_floating_point() != value.is_floating_point())
            {
                faults.Add($"'{fileName}': found {value.dtype}, expected {target.dtype}");
            }
        }

        if (classes != network.Classes)
        {
            foreach (string name in classifier)
            {
                found[name] = state[name];
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
                    + (otherClasses
                        ? "Name the network that the file was made with, and give images of as many channels."
                        : "Name the network, the number of classes and of input channels that the file was made with."));
        }

        foreach ((string name, Tensor value) in found)
        {
            state[name].copy_(value);
        }

        if (timm.Count > 0)
        {
            TimmNames.AdaptNorms(network);
        }

        return classes;
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
        Dictionary<string, Tensor> state = network.state_dict();
        Tensor[] rows = [.. ClassifierOf(network, state).Select(name => state[name])];
        if (rows.Length == 0)
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

    /// <summary>The names of the classifier's weight and bias; none: the network has no linear classifier of a usual name.</summary>
    public static string[] ClassifierOf(FeatureNetwork network, Dictionary<string, Tensor> state) => network.Classifier is { } layer
        ? [.. state.Where(item => ReferenceEquals(item.Value, layer.weight) || ReferenceEquals(item.Value, layer.bias))
            .Select(item => item.Key)
            .Where(name => ClassifierNames.Contains(name.Split('.')[0]))]
        : [];

    private static string ChannelsOf(string name, Tensor found, Dictionary<string, Tensor> state) =>
        name == state.Keys.First() && found.dim() > 1 && found.shape[1] != state[name].shape[1]
            ? Invariant($" (it was made for images of {found.shape[1]} channels, not {state[name].shape[1]})")
            : "";

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
