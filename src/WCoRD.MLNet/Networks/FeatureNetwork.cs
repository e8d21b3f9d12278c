using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>An image classifier that also gives its stage maps and penultimate features, with PyTorch's parameter names.</summary>
public abstract class FeatureNetwork : nn.Module<Tensor, Tensor>
{
    /// <summary>Creates the base of a network.</summary>
    /// <param name="name">The network's name in <see cref="NetworkCatalog"/>.</param>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <param name="inputChannels">The number of channels of the input images, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below its minimum.</exception>
    protected FeatureNetwork(string name, int classes, int inputChannels)
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputChannels, 1);
        Name = name;
        Classes = classes;
        InputChannels = inputChannels;
    }

    /// <summary>The network's name in <see cref="NetworkCatalog"/>.</summary>
    public string Name { get; }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The number of channels of the input images.</summary>
    public int InputChannels { get; }

    /// <summary>The number of penultimate features.</summary>
    public abstract int FeatureSize { get; }

    /// <summary>Computes stage maps, features and logits.</summary>
    /// <param name="input">Normalised images <c>[batch, channels, height, width]</c>.</param>
    /// <returns>Tensors that the caller owns.</returns>
    public abstract NetworkOutput Compute(Tensor input);

    /// <summary>Computes the logits alone.</summary>
    /// <param name="input">Normalised images <c>[batch, channels, height, width]</c>.</param>
    /// <returns>The logits <c>[batch, classes]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Compute(input).Logits.MoveToOuterDisposeScope();
    }

    /// <summary>The shapes of what the network gives, found by trying.</summary>
    /// <param name="height">The images' height.</param>
    /// <param name="width">The images' width.</param>
    internal OutputShapes ShapesFor(int height, int width)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        bool learns = training;
        eval();
        NetworkOutput output = Compute(zeros(1, InputChannels, height, width));
        train(learns);
        return new OutputShapes([.. output.StageMaps.Select(map => (map.shape[1], map.shape[2], map.shape[3]))], FeatureSize, Classes);
    }

    /// <summary>Parameters and buffers by name, in PyTorch's order: module by module, parameters before buffers.</summary>
    /// <param name="destination">Where to add them; null: a new dictionary.</param>
    /// <param name="prefix">What stands before each name; null: nothing.</param>
    /// <returns>The dictionary; the tensors stay the network's.</returns>
    public override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
    {
        // TorchSharp's own gives all parameters of all modules before the first buffer.
        destination ??= [];
        AddState(this, string.IsNullOrEmpty(prefix) ? string.Empty : prefix + ".", destination);
        return destination;
    }

    private static void AddState(nn.Module module, string prefix, Dictionary<string, Tensor> destination)
    {
        foreach ((string name, Tensor value) in module.named_parameters(recurse: false))
        {
            destination.Add(prefix + name, value);
        }

        foreach ((string name, Tensor value) in module.named_buffers(recurse: false))
        {
            destination.Add(prefix + name, value);
        }

        foreach ((string name, nn.Module child) in module.named_children())
        {
            AddState(child, prefix + name + ".", destination);
        }
    }
}
