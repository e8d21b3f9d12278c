using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>AT, attention transfer (Zagoruyko and Komodakis, 2017): where each stage looks.</summary>
/// <remarks>
/// <c>sum over stages of mean (q_s - q_t)^2</c>, where <c>q</c> is the mean over channels of the squared map, as a unit vector. Part
/// <c>at</c>. Source: RepDistiller; weight 1000 there.
/// </remarks>
internal sealed class AtObjective() : ComparingObjective("at", Stages)
{
    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step)
    {
        (Tensor ofStudent, Tensor ofTeacher) = SameSize(student, teacher);
        return (Attention(ofStudent) - Attention(ofTeacher)).square().mean();
    }

    /// <summary>The mean over channels of the squared map, as unit rows.</summary>
    internal static Tensor Attention(Tensor map) => map.square().mean([1]).flatten(1).UnitRows();
}
