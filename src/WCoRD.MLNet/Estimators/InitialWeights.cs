using System.Security.Cryptography;
using Microsoft.ML;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Weights of a file that a training begins with, in place of random ones.</summary>
internal sealed class InitialWeights
{
    private const string Expected = "file of weights (safetensors, a state dictionary of torch.save, or a model that this library saved)";

    private readonly string _path;
    private readonly byte[] _weights;

    private InitialWeights(string path, byte[] weights, string line, InputNormalization? normalization)
    {
        (_path, _weights, Line, Normalization) = (path, weights, line, normalization);
        using FileStream stream = File.OpenRead(path);
        Identity = $"SHA-256 {Convert.ToHexStringLower(SHA256.HashData(stream))}";
    }

    /// <summary>What the log says of them.</summary>
    public string Line { get; }

    /// <summary>What tells them from others: the file's content, wherever it lies.</summary>
    public string Identity { get; }

    /// <summary>What they were trained on; null: the file does not tell.</summary>
    public InputNormalization? Normalization { get; }

    /// <summary>Reads the file that the options name, and tries it on a network; null: they name none.</summary>
    /// <param name="options">The options.</param>
    /// <param name="network">A network like the one to train; it gets the weights.</param>
    /// <param name="label">The label; null: there is none.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file is of another kind, or of another network; the message says what differs.</exception>
    public static InitialWeights? Open(TrainingOptions options, FeatureNetwork network, LabelColumn? label)
    {
        if (options.InitialWeights is not { } path)
        {
            return null;
        }

        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"InitialWeights is '{path}': the file does not exist. Name one with weights of "
                + $"network '{network.Name}', or leave InitialWeights null.", path);
        }

        try
        {
            return Read(path, network, label);
        }
        catch (FormatException fault)
        {
            throw new FormatException($"InitialWeights: {fault.Message}", fault);
        }
    }

    /// <summary>Gives them to the network to train. A classifier of other classes stays as the run's seed drew it.</summary>
    public void LoadInto(FeatureNetwork network)
    {
        using var scope = NewDisposeScope();
        _ = NetworkWeights.Load(network, Safetensors.Read(new MemoryStream(_weights), _path), _path, otherClasses: true);
    }

    private static InitialWeights Read(string path, FeatureNetwork network, LabelColumn? label)
    {
        using var scope = NewDisposeScope();
        (IReadOnlyDictionary<string, Tensor> tensors, NetworkTransformer? model) = Read(path, network.Name);
        bool sameClasses = model?.ClassNames is not { } found || label?.ClassNames is not { } expected || found.SequenceEqual(expected);
        Dictionary<string, Tensor> state = network.state_dict();
        string[] classifier = NetworkWeights.ClassifierOf(network, state);
        int classes = NetworkWeights.Load(network, tensors, path, otherClasses: true);
        if (FiniteNumbers.FirstFault(state) is { } bad)
        {
            throw new FormatException($"'{path}' holds no weights to begin with: its {bad}. Expected finite ones: take another file.");
        }

        // A network without a classifier of a usual name can take whole files only.
        bool takesClassifier = classifier.Length == 0 || (classes == network.Classes && sameClasses);
        using var kept = new MemoryStream();
        Safetensors.Write(
            kept,
            state.Where(item => takesClassifier || !classifier.Contains(item.Key)).Select(item => (item.Key, item.Value)));
        return new InitialWeights(path, kept.ToArray(), LineOf(path, network, classes, takesClassifier), model?.Normalization);
    }

    private static (IReadOnlyDictionary<string, Tensor> Tensors, NetworkTransformer? Model) Read(string path, string network)
    {
        FileContent content;
        using (FileStream stream = File.OpenRead(path))
        {
            content = FileContents.Of(stream);
        }

        switch (content)
        {
            case FileContent.Safetensors:
                return (Safetensors.Read(path), null);
            case FileContent.PyTorch or FileContent.PyTorchLegacy:
                return (PyTorchFile.Read(path), null);
            case FileContent.Model:
                NetworkTransformer model = ModelIn(path);
                return model.Network == network
                    ? (Safetensors.Read(new MemoryStream(model.Weights.ToArray()), path), model)
                    : throw new FormatException($"'{path}' holds network '{model.Network}', expected '{network}'. "
                        + $"Train '{model.Network}', or take weights of '{network}'.");
            default:
                throw FileContents.Wrong(path, content, Expected);
        }
    }

    private static NetworkTransformer ModelIn(string path)
    {
        try
        {
            return NetworkTransformer.FindIn(new MLContext().Model.Load(path, out _));
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException)
        {
            throw new FormatException($"'{path}' cannot be loaded: {fault.GetBaseException().Message}", fault);
        }
    }

    private static string LineOf(string path, FeatureNetwork network, int classes, bool takesClassifier)
    {
        string found = classes == 0 ? "no classifier" : Invariant($"{classes} classes");
        string why = classes == network.Classes ? ", which are others or in another order" : "";
        return takesClassifier
            ? $"initial weights of {network.Name} from '{path}'"
            : Invariant($"initial weights of {network.Name} from '{path}' ({found}{why}): ")
                + Invariant($"the classifier is made anew for {network.Classes} classes");
    }
}
