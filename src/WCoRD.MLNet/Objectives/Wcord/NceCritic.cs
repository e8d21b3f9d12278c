using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// CRD's noise-contrastive loss, the sum of both sides, with a normaliser Z for each, fixed on the first batch. Source: RepDistiller's
/// <c>CRDLoss</c>.
/// </summary>
/// <remarks>
/// With <c>P = exp(g / tau) / Z</c> and <c>c = K / N</c>: <c>-log(P_0 / (P_0 + c + eps)) - sum_k log(c / (P_k + c + eps))</c>, mean over
/// the batch, and <c>Z = N mean(exp(g / tau))</c>. Divided by <c>c + eps</c> both logarithms are softplus functions of <c>log P - log(c +
/// eps)</c>: no exponential can
/// overflow, and small P_k lose no digits. State: <c>log_z_student</c>, <c>log_z_teacher</c>, no numbers until fixed.
/// </remarks>
internal sealed class NceCritic : Critic
{
    private const double Epsilon = 1e-7;
    // What was seen to be fixed is not looked at again: a look waits for a GPU.
    private readonly HashSet<string> _fixed = [];

    /// <param name="temperature">tau, above 0.</param>
    public NceCritic(double temperature)
        : base(nameof(NceCritic))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        Scale = 1 / temperature;
        register_buffer("log_z_student", tensor(float.NaN));
        register_buffer("log_z_teacher", tensor(float.NaN));
    }

    public override double Scale { get; }

    /// <inheritdoc/>
    /// <value>True once the normalisers are fixed, which the first batch does as a whole.</value>
    public override bool IsMean => IsFixed("log_z_student") && IsFixed("log_z_teacher");

    /// <summary>The normaliser Z of the student's anchors; not a number before the first batch.</summary>
    public double StudentNormalizer => Math.Exp(get_buffer("log_z_student")!.ToDouble());

    /// <summary>The normaliser Z of the teacher's anchors; not a number before the first batch.</summary>
    public double TeacherNormalizer => Math.Exp(get_buffer("log_z_teacher")!.ToDouble());

    public override Tensor Compute(ContrastiveScores student, ContrastiveScores teacher) =>
        Side(student, LogNormalizer(student, "log_z_student")) + Side(teacher, LogNormalizer(teacher, "log_z_teacher"));

    private static Tensor Side(ContrastiveScores scores, Tensor logNormalizer)
    {
        Tensor noise = scores.Count / scores.Rows;
        Tensor logNoise = (noise + Epsilon).log();
        Tensor threshold = logNoise + logNormalizer;
        Tensor attraction = nn.functional.softplus(threshold - scores.Positive);
        Tensor repulsion = nn.functional.softplus(scores.Negative - threshold.unsqueeze(1)).sum(1);
        return (attraction + repulsion + (scores.Count * (logNoise - noise.log()))).mean();
    }

    private bool IsFixed(string name)
    {
        if (!_fixed.Contains(name) && !double.IsNaN(get_buffer(name)!.ToDouble()))
        {
            _fixed.Add(name);
        }

        return _fixed.Contains(name);
    }

    private Tensor LogNormalizer(ContrastiveScores scores, string name)
    {
        Tensor kept = get_buffer(name)!;
        if (IsFixed(name))
        {
            return kept;
        }

        using var noGradient = no_grad();
        Tensor total = scores.Positive.logaddexp(scores.Negative.logsumexp(1, false)).logsumexp(0, false);
        Tensor measured = total - (scores.Count + 1).sum().log() + Math.Log(scores.Rows);
        if (training)
        {
            kept.copy_(measured);
        }

        return measured;
    }
}
