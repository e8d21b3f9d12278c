using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Gives what the teacher makes of a step's examples.</summary>
internal abstract class TeacherOutputs : IDisposable
{
    /// <summary>The numbers that the teacher computes with.</summary>
    public virtual Precision Precision => Precision.Float32;

    /// <summary>Whether it computes by nothing but what a GPU can record.</summary>
    public virtual bool IsReplayable => false;

    /// <summary>The teacher's output for a step's examples, without gradient.</summary>
    /// <returns>Tensors that the caller owns.</returns>
    public abstract NetworkOutput Compute(Batch batch);

    /// <summary>What the teacher sees of a step's examples, normalised; null: it reads no images.</summary>
    /// <returns>A tensor that the caller owns.</returns>
    public abstract Tensor? Input(Batch batch);

    public abstract void Dispose();
}
