using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// VID, variational information distillation (Ahn et al., 2019): each stage's map as a Gaussian around a trained prediction.
/// </summary>
/// <remarks>
/// <c>mean ((mu(m_s) - m_t)^2 / v + log v) / 2</c>, where <c>mu</c> is three 1x1 convolutions and <c>v = softplus(scale) + 1e-5</c> a
/// trained variance of each channel, 5 at first; summed over stages.
/// Part <c>vid</c>. Source: RepDistiller; weight 1 there.
/// </remarks>
internal sealed class VidObjective : ComparingObjective
{
    private readonly Predictor[] _predictors;

    /// <summary>Creates the objective.</summary>
    /// <param name="context">The networks' shapes and the seed of the predictors.</param>
    public VidObjective(ObjectiveContext context)
        : base("vid", Stages)
    {
        using var generator = new Generator(unchecked((ulong)context.Seed));
        _predictors = [.. context.Student.StageMaps.Zip(context.Teacher.StageMaps).Skip(1)
            .Select(pair => new Predictor(pair.First.Channels, pair.Second.Channels, generator))];
        foreach ((int i, Predictor predictor) in _predictors.Index())
        {
            register_module(Invariant($"{i}"), predictor);
        }
    }

    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step)
    {
        (Tensor ofStudent, Tensor ofTeacher) = SameSize(student, teacher);
        return _predictors[pair].Compute(ofStudent, ofTeacher);
    }

    /// <summary>Predicts a teacher's map from a student's.</summary>
    private sealed class Predictor : nn.Module
    {
        private const double FirstVariance = 5;
        private const double Epsilon = 1e-5;
        private readonly Sequential _regressor;

        public Predictor(long student, long teacher, Generator generator)
            : base(nameof(Predictor))
        {
            _regressor = nn.Sequential(
                nn.Conv2d(student, teacher, 1, bias: false),
                nn.ReLU(),
                nn.Conv2d(teacher, teacher, 1, bias: false),
                nn.ReLU(),
                nn.Conv2d(teacher, teacher, 1, bias: false));
            WeightInitialization.TorchDefault(_regressor, generator);
            register_module("regressor", _regressor);
            register_parameter(
                "log_scale", new Parameter(full(teacher, Math.Log(Math.Exp(FirstVariance - Epsilon) - 1), ScalarType.Float32)));
        }

        public Tensor Compute(Tensor student, Tensor teacher)
        {
            // Asked for each time: a module that moves to a GPU has other parameters there.
            Tensor variance = (nn.functional.softplus(get_parameter("log_scale")!) + Epsilon).view(1, -1, 1, 1);
            return ((_regressor.call(student) - teacher).square() / variance + variance.log()).mean() / 2;
        }
    }
}
