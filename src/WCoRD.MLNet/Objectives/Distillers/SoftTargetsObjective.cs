using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>KD, soft targets (Hinton et al., 2015).</summary>
/// <remarks><c>T^2 KL(softmax(t / T) || softmax(s / T))</c>, mean over the batch. Part <c>kd</c>.</remarks>
public sealed class SoftTargetsObjective(double temperature = 4) : ComparingObjective("kd", Logits)
{
    private readonly SoftTargetLoss _loss = new(temperature);

    /// <inheritdoc/>
    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step) => _loss.Compute(student, teacher);
}
