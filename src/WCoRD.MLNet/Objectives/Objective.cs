using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What a training minimises. Its parameters are trained beside the student; its parameters and buffers are its state.</summary>
public abstract class Objective : nn.Module
{
    /// <summary>Creates an objective.</summary>
    /// <param name="name">Its name in logs and history.</param>
    protected Objective(string name)
        : base(name)
    {
    }

    /// <summary>Computes the value for one step.</summary>
    /// <param name="step">The examples and what teacher and student make of them.</param>
    /// <returns>Tensors that the caller owns.</returns>
    public abstract ObjectiveValue Compute(DistillationStep step);

    /// <summary>Called once the optimiser has stepped, without gradient: memory banks are updated here.</summary>
    public virtual void AfterStep()
    {
    }
}
