using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Gives what the teacher makes of a step's examples.</summary>
internal abstract class TeacherOutputs : IDisposable
{
    /// <summary>The teacher's output for some rows, without gradient.</summary>
    /// <param name="rows">The examples' row numbers, int64 <c>[batch]</c>.</param>
    /// <param name="pixels">The student's view of them, before normalisation.</param>
    /// <param name="views">How that view was made.</param>
    /// <returns>Tensors that the caller owns.</returns>
    public abstract NetworkOutput Compute(Tensor rows, Tensor pixels, Views views);

    /// <summary>The teacher's own input for some rows, normalised; null: it reads no images.</summary>
    /// <param name="rows">The examples' row numbers, int64 <c>[batch]</c>.</param>
    /// <param name="pixels">The student's view of them, before normalisation.</param>
    /// <param name="views">How that view was made.</param>
    /// <returns>A tensor that the caller owns.</returns>
    public abstract Tensor? Input(Tensor rows, Tensor pixels, Views views);

    public abstract void Dispose();
}
