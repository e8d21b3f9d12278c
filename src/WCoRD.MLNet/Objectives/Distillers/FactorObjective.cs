using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>FT, factor transfer (Kim et al., 2018): the student's translated last map against a paraphrase of the teacher's, which an initial stage learns.</summary>
/// <remarks>
/// Initial stage: <c>mean (decode(encode(m_t)) - m_t)^2</c>, at a learning rate of 0.01. Then <c>mean |q(translate(m_s)) - q(encode(m_t))|</c>, where <c>q</c> is the mean over channels of the squared map, as a unit vector; encode is frozen.
/// Encoder and translator halve the teacher's channels. Part <c>ft</c>. Source: RepDistiller; weight 200 and 30 initial epochs there.
/// </remarks>
public sealed class FactorObjective : ComparingObjective
{
    private const double Slope = 0.1;
    private const double InitialRate = 0.01;
    private readonly InitialStage _stage;
    private readonly Sequential _encoder;
    private readonly Sequential _decoder;
    private readonly Sequential _translator;

    /// <summary>Creates the objective.</summary>
    /// <param name="context">The networks' shapes, the seed of paraphraser and translator, and the epochs of the initial stage.</param>
    /// <exception cref="ArgumentException">One of the networks gives no stage maps.</exception>
    public FactorObjective(ObjectiveContext context)
        : base("ft", LastStage)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Student.StageMaps.Count == 0 || context.Teacher.StageMaps.Count == 0)
        {
            throw new ArgumentException(Invariant($"'ft' compares the last stage maps, but the student gives {context.Student.StageMaps.Count} maps and the teacher {context.Teacher.StageMaps.Count}: choose networks with stages."), nameof(context));
        }

        _stage = new InitialStage(context.InitialEpochs, InitialRate);
        long student = context.Student.StageMaps[^1].Channels, teacher = context.Teacher.StageMaps[^1].Channels, factors = Math.Max(1, teacher / 2);
        using IDisposable seeded = SeededDraws.Begin(context.Seed);
        _encoder = Layers(Down(teacher, teacher), Down(teacher, factors), Down(factors, factors));
        _decoder = Layers(Up(factors, factors), Up(factors, teacher), Up(teacher, teacher));
        _translator = nn.Sequential([.. new[] { (student, student), (student, factors), (factors, factors) }.SelectMany(widths => new nn.Module<Tensor, Tensor>[]
        {
            Down(widths.Item1, widths.Item2),
            nn.BatchNorm2d(widths.Item2),
            nn.LeakyReLU(Slope, inplace: true),
        })]);
        register_module("encoder", _encoder);
        register_module("decoder", _decoder);
        register_module("translator", _translator);
    }

    /// <inheritdoc/>
    public override InitialStage? InitialStage => _stage;

    /// <inheritdoc/>
    public override ObjectiveValue ComputeInitial(DistillationStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        using var scope = NewDisposeScope();
        Tensor map = LastStage(step.Teacher!)[0].detach().AtLeastSingle();
        Tensor value = (_decoder.call(_encoder.call(map)) - map).square().mean();
        return new ObjectiveValue(value.MoveToOuterDisposeScope(), [("paraphrase", value.detach().MoveToOuterDisposeScope())]);
    }

    /// <inheritdoc/>
    public override void EndInitialStage()
    {
        foreach (Parameter parameter in _encoder.parameters().Concat(_decoder.parameters()))
        {
            parameter.requires_grad = false;
        }
    }

    /// <inheritdoc/>
    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step)
    {
        (Tensor ofStudent, Tensor ofTeacher) = SameSize(_translator.call(student), _encoder.call(teacher));
        return (AttentionObjective.Attention(ofStudent) - AttentionObjective.Attention(ofTeacher)).abs().mean();
    }

    private static Conv2d Down(long input, long output) => nn.Conv2d(input, output, 3, padding: 1);

    private static ConvTranspose2d Up(long input, long output) => nn.ConvTranspose2d(input, output, 3, padding: 1);

    private static Sequential Layers(params nn.Module<Tensor, Tensor>[] convolutions) =>
        nn.Sequential([.. convolutions.SelectMany(convolution => new[] { convolution, nn.LeakyReLU(Slope, inplace: true) })]);
}
