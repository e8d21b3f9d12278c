using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>RKD, relational knowledge distillation (Park et al., 2019): distances and angles between the examples' features.</summary>
/// <remarks>
/// <c>25 * smoothL1(d_s, d_t) + 50 * smoothL1(a_s, a_t)</c>: <c>d</c> are the distances of all pairs, divided by the mean of those above 0;
/// <c>a</c> the cosines at each example of the directions to all others.
/// Part <c>rkd</c>. Source: RepDistiller; weight 1 there.
/// </remarks>
internal sealed class RkdObjective() : ComparingObjective("rkd", Features)
{
    private const double DistanceWeight = 25;
    private const double AngleWeight = 50;

    public override int MinimumBatchSize => 2;

    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step) =>
        (nn.functional.smooth_l1_loss(Distances(student), Distances(teacher)) * DistanceWeight)
        + (nn.functional.smooth_l1_loss(Angles(student), Angles(teacher)) * AngleWeight);

    private static Tensor Distances(Tensor features)
    {
        Tensor squares = features.square().sum(1);
        Tensor distances = (squares.unsqueeze(1) + squares.unsqueeze(0) - (2 * features.matmul(features.t()))).clamp_min(1e-12).sqrt();
        // An example's distance from itself is 0, and has no gradient.
        distances = distances.masked_fill(eye(features.shape[0], dtype: ScalarType.Bool, device: features.device), 0);
        Tensor above = distances.gt(0);
        return distances / (distances.sum() / above.sum().clamp_min(1));
    }

    private static Tensor Angles(Tensor features)
    {
        Tensor directions = nn.functional.normalize(features.unsqueeze(0) - features.unsqueeze(1), dim: 2);
        return directions.matmul(directions.transpose(1, 2)).flatten();
    }
}
