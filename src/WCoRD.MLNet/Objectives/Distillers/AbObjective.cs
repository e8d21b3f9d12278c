using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// AB, activation boundaries (Heo et al., 2019): the student's neurons learn, in a phase of their own, to be on where the teacher's are.
/// </summary>
/// <remarks>
/// <c>sum over stages i of 2^(i-n+1) * 3/1000 * 1/batch * sum ((s + 1)^2 [s > -1, t &lt;= 0] + (s - 1)^2 [s &lt;= 1, t > 0])</c> of the
/// maps before their rectifier, the student's by a trained convolution where the shapes differ.
/// Part <c>ab</c>, of the first phase alone. Source: RepDistiller; 30 initial epochs there.
/// </remarks>
internal sealed class AbObjective : ComparingObjective
{
    private const double Margin = 1;
    private const double Scale = 3.0 / 1000;
    private readonly MapRegressor?[] _connectors;

    /// <summary>Creates the objective.</summary>
    /// <param name="context">The networks' shapes and the seed of the connecting convolutions.</param>
    /// <exception cref="ArgumentException">The maps' sizes do not fit.</exception>
    public AbObjective(ObjectiveContext context)
        : base("ab", output => [.. output.PreActivations.Skip(1)])
    {
        using var generator = new Generator(unchecked((ulong)context.Seed));
        _connectors = [.. context.Student.StageMaps.Zip(context.Teacher.StageMaps).Skip(1)
            .Select(pair => pair.First == pair.Second ? null : new MapRegressor(pair.First, pair.Second, generator, rectified: false))];
        foreach ((int i, MapRegressor? connector) in _connectors.Index())
        {
            if (connector is not null)
            {
                register_module(Invariant($"{i}"), connector);
            }
        }
    }

    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step)
    {
        Tensor connected = _connectors[pair]?.call(student) ?? student;
        Tensor wronglyOn = (connected + Margin).clamp_min(0).square();
        Tensor wronglyOff = (connected - Margin).clamp_max(0).square();
        Tensor boundary = where(teacher.gt(0), wronglyOff, wronglyOn).sum() * (Scale / student.shape[0]);
        return boundary * Math.Pow(2, pair - _connectors.Length + 1);
    }
}
