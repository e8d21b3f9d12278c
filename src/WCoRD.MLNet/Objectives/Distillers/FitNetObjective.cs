using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Hints (FitNet; Romero et al., 2015): the map of one stage, by a trained regressor.</summary>
/// <remarks><c>mean (r(m_s) - m_t)^2</c> of the second stage's maps. Part <c>hint</c>. Source: RepDistiller; weight 100 there.</remarks>
internal sealed class FitNetObjective : ComparingObjective
{
    private const int Stage = 2;
    private readonly MapRegressor _regressor;

    /// <summary>Creates the objective.</summary>
    /// <param name="context">The networks' shapes.</param>
    /// <exception cref="ArgumentException">One of the networks has no second stage map, or the maps' sizes do not fit.</exception>
    public FitNetObjective(ObjectiveContext context)
        : base("hint", output => [output.StageMaps[Stage]])
    {
        if (Math.Min(context.Student.StageMaps.Count, context.Teacher.StageMaps.Count) <= Stage)
        {
            throw new ArgumentException(
                Invariant($"Hints compare the map of stage {Stage}, but the student gives {context.Student.StageMaps.Count} maps ")
                    + Invariant($"and the teacher {context.Teacher.StageMaps.Count}: choose networks with stages."),
                nameof(context));
        }

        using var generator = new Generator(unchecked((ulong)context.Seed));
        _regressor = new MapRegressor(context.Student.StageMaps[Stage], context.Teacher.StageMaps[Stage], generator);
        register_module("regress_s", _regressor);
    }

    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step) =>
        (_regressor.call(student) - teacher).square().mean();
}
