using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A training as it was between two steps.</summary>
/// <param name="Path">The file it was read from.</param>
/// <param name="Position">Where it stood.</param>
/// <param name="Tensors">Student, objective (heads, banks, normalisers), optimiser and kept weights, by name; this disposes them.</param>
internal sealed record Checkpoint(string Path, TrainingPosition Position, IReadOnlyDictionary<string, Tensor> Tensors) : IDisposable
{
    public void Dispose()
    {
        foreach (Tensor tensor in Tensors.Values)
        {
            tensor.Dispose();
        }
    }

    /// <summary>Copies the tensors of a module's state over its own.</summary>
    /// <param name="prefix">What stands before the module's names.</param>
    /// <param name="state">The module's parameters and buffers.</param>
    /// <exception cref="FormatException">One is missing or of another shape or type.</exception>
    public void CopyTo(string prefix, IReadOnlyDictionary<string, Tensor> state)
    {
        using var frozen = no_grad();
        foreach ((string name, Tensor own) in state)
        {
            if (!Tensors.TryGetValue(prefix + name, out Tensor? found) || !found.shape.SequenceEqual(own.shape) || found.dtype != own.dtype)
            {
                string what = found is null ? "nothing" : $"{found.dtype} [{InvariantText.Join(", ", found.shape)}]";
                throw new FormatException(
                    $"'{Path}': found {what} as '{prefix}{name}', expected {own.dtype} [{InvariantText.Join(", ", own.shape)}]. "
                        + "The checkpoint is of another version: begin anew in another folder.");
            }

            own.copy_(found);
        }
    }
}
