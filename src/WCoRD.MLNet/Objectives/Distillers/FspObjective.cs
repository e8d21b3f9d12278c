using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// FSP, flow of the solution procedure (Yim et al., 2017): the student learns, in a phase of its own, how one stage's channels follow from
/// the last one's.
/// </summary>
/// <remarks>
/// <c>sum over neighbouring stages of mean (F_s - F_t)^2</c>, where <c>F[b, i, j]</c> is the mean over positions of channel i of a map
/// times channel j of the next, at the smaller one's size.
/// Student and teacher need equal channels. Part <c>fsp</c>, of the first phase alone. Source: RepDistiller; 30 initial epochs there.
/// </remarks>
internal sealed class FspObjective : ComparingObjective
{
    /// <summary>Creates the objective.</summary>
    /// <param name="context">The networks' shapes.</param>
    /// <exception cref="ArgumentException">The networks' channels differ.</exception>
    public FspObjective(ObjectiveContext context)
        : base("fsp", output => Flows(output.StageMaps)) => context.CheckEqualChannels("fsp");

    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step)
    {
        return (student - teacher).square().mean();
    }

    /// <summary>The flow matrices <c>[batch, channels, next channels]</c> between neighbouring maps.</summary>
    private static Tensor[] Flows(IReadOnlyList<Tensor> maps) => [.. maps.Zip(maps.Skip(1), Flow)];

    private static Tensor Flow(Tensor map, Tensor next)
    {
        (Tensor first, Tensor second) = SameSize(map.AtLeastSingle(), next.AtLeastSingle());
        return first.flatten(2).bmm(second.flatten(2).transpose(1, 2)) / (first.shape[2] * first.shape[3]);
    }
}
