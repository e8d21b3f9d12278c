using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A TorchScript module as a network. What it gives is found by trying.</summary>
internal sealed class ScriptedNetwork : FeatureNetwork
{
    private readonly jit.ScriptModule _module;

    private ScriptedNetwork(string name, jit.ScriptModule module, int inputChannels, NetworkOutput tried)
        : base(name, (int)tried.Logits.shape[1], inputChannels)
    {
        _module = module;
        FeatureSize = (int)tried.Features.shape[1];
    }

    public override int FeatureSize { get; }

    /// <summary>Loads a module and tries it on one black image.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file is no TorchScript, or the module fails or gives something else.</exception>
    public static ScriptedNetwork Load(string path, int inputChannels, int height, int width)
    {
        string name = Path.GetFileName(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"The TorchScript file '{path}' does not exist.", path);
        }

        using (FileStream stream = File.OpenRead(path))
        {
            FileContents.CheckIs(stream, path, FileContent.TorchScript, "TorchScript file");
        }

        jit.ScriptModule module;
        try
        {
            module = jit.load(path);
        }
        catch (ExternalException fault)
        {
            throw new FormatException(
                $"'{path}' is no TorchScript file: expected what torch.jit.save writes. libtorch said: {FirstLine(fault)}",
                fault);
        }

        module.eval();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        if (ConvolutionRepairs.ArePointwiseWrong && MayBePointwise(module))
        {
            HiddenProcessor.SwitchOffOneDnn();
        }

        try
        {
            return new ScriptedNetwork(name, module, inputChannels, Run(module, zeros(1, inputChannels, height, width), name));
        }
        catch (ExternalException fault)
        {
            string remedy = InputSize.Remedy(side => Takes(module, inputChannels, side, name));
            module.Dispose();
            throw new FormatException(
                Invariant($"The TorchScript module '{name}' fails on an image [1, {inputChannels}, {height}, {width}] ({Reason(fault)}): ")
                    + Invariant($"expected one that takes images [batch, channels, height, width] of this size. {remedy}"),
                fault);
        }
        catch (FormatException)
        {
            module.Dispose();
            throw;
        }
    }

    public override NetworkOutput Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Run(_module, input, Name).MoveToOuterDisposeScope();
    }

    // A module may hold its tensors anywhere; all of them tell it from others.
    public override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null) =>
        _module.state_dict(destination, prefix);

    // TorchSharp frees a script module wrongly as the part of another, so that it is no registered part of this one.
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _module.Dispose();
        }

        base.Dispose(disposing);
    }

    private static NetworkOutput Run(jit.ScriptModule module, Tensor input, string name)
    {
        object given = module.call(input);
        NetworkOutput output = given switch
        {
            Tensor logits => new NetworkOutput([], logits, logits),
            (Tensor features, Tensor logits) => new NetworkOutput([], features, logits),
            (Tensor[] and [.., Tensor features] maps, Tensor logits) =>
                new NetworkOutput([.. maps.SkipLast(1).Where(map => map.dim() == 4)], features, logits),
            _ => throw Unexpected(name, $"{given.GetType().Name}"),
        };
        return output.Logits.dim() == 2 && output.Features.dim() == 2 && output.Logits.shape[1] >= 2
            ? output
            : throw Unexpected(
                name,
                $"features [{InvariantText.Join(", ", output.Features.shape)}] "
                    + $"and logits [{InvariantText.Join(", ", output.Logits.shape)}]");
    }

    // A frozen module shows no weights.
    private static bool MayBePointwise(jit.ScriptModule module) =>
        module.state_dict() is not { Count: > 0 } weights || weights.Values.Any(ConvolutionRepairs.IsPointwise);

    private static bool Takes(jit.ScriptModule module, int inputChannels, int side, string name)
    {
        using var scope = NewDisposeScope();
        try
        {
            _ = Run(module, zeros(1, inputChannels, side, side), name);
            return true;
        }
        catch (Exception fault) when (fault is ExternalException or FormatException)
        {
            return false;
        }
    }

    private static FormatException Unexpected(string name, string found) => new(
        $"The TorchScript module '{name}' gives {found}: "
            + "expected logits [batch, classes] of at least 2 classes, or (features [batch, features], logits), "
            + "or (list of stage maps and last the features, logits).");

    private static string FirstLine(Exception fault) => fault.Message.Split('\n')[0];

    // Of a traceback through the module's own code the last line says why; what follows is libtorch's own stack.
    private static string Reason(Exception fault)
    {
        string[] lines = [.. fault.Message.Split('\n')
            .TakeWhile(line => !line.StartsWith("Exception raised from", StringComparison.Ordinal))
            .Where(line => line.Length > 0)];
        return lines.LastOrDefault(line => line.Contains("Error: ", StringComparison.Ordinal)) ?? lines[0];
    }
}
