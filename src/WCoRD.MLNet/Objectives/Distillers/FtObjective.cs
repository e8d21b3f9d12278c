using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// FT, factor transfer (Kim et al., 2018): the student's translated last map against a paraphrase of the teacher's, which a phase of its
/// own learns first.
/// </summary>
/// <remarks>
/// <c>mean |q(translate(m_s)) - q(encode(m_t))|</c>, where <c>q</c> is the mean over channels of the squared map, as a unit vector; encode
/// is the <see cref="FtParaphraser"/>'s, trained at a learning rate of 0.01 and then frozen.
/// The translator gives as many channels. Part <c>ft</c>. Source: RepDistiller; weight 200 and 30 epochs of the first phase there.
/// </remarks>
internal sealed class FtObjective : ComparingObjective
{
    /// <summary>The slope of leaky rectifiers below 0.</summary>
    internal const double Slope = 0.1;

    private const double ParaphraserRate = 0.01;
    private readonly FtParaphraser _paraphraser;
    private readonly Sequential _translator;

    /// <param name="context">The networks' shapes and the seed of paraphraser and translator.</param>
    /// <exception cref="ArgumentException">One of the networks gives no stage maps.</exception>
    public FtObjective(ObjectiveContext context)
        : base("ft", LastStage)
    {
        if (context.Student.StageMaps.Count == 0 || context.Teacher.StageMaps.Count == 0)
        {
            throw new ArgumentException(
                Invariant($"'ft' compares the last stage maps, but the student gives {context.Student.StageMaps.Count} maps and ")
                    + Invariant($"the teacher {context.Teacher.StageMaps.Count}: choose networks with stages."),
                nameof(context));
        }

        long student = context.Student.StageMaps[^1].Channels,
            teacher = context.Teacher.StageMaps[^1].Channels,
            factors = Math.Max(1, teacher / 2);
        using var generator = new Generator(unchecked((ulong)context.Seed));
        _paraphraser = new FtParaphraser(teacher, generator);
        _translator = nn.Sequential([.. Layer(student, student), .. Layer(student, factors), .. Layer(factors, factors)]);
        WeightInitialization.TorchDefault(_translator, generator);
        register_module("paraphraser", _paraphraser);
        register_module("translator", _translator);
        Preparation = new Preparation(_paraphraser) { LearningRate = ParaphraserRate };
    }

    public override Preparation Preparation { get; }

    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step)
    {
        (Tensor ofStudent, Tensor ofTeacher) = SameSize(_translator.call(student), _paraphraser.Encode(teacher));
        return (AtObjective.Attention(ofStudent) - AtObjective.Attention(ofTeacher)).abs().mean();
    }

    private static nn.Module<Tensor, Tensor>[] Layer(long input, long output) =>
        [nn.Conv2d(input, output, 3, padding: 1), nn.BatchNorm2d(output), nn.LeakyReLU(Slope, inplace: true)];
}
