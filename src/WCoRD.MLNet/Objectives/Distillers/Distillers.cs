namespace WCoRD.MLNet;

/// <summary>The field's distillers by name, with the weights of the reference scripts (RepDistiller; the logit methods': their authors').</summary>
public static class Distillers
{
    private static readonly WeightedObjective[] Entries =
    [
        new("hint", 100, context => new HintObjective(context)),
        new("at", 1000, _ => new AttentionObjective()),
        new("sp", 3000, _ => new SimilarityObjective()),
        new("cc", 0.02, context => new CorrelationObjective(context)),
        new("vid", 1, context => new VariationalObjective(context)),
        new("rkd", 1, _ => new RelationalObjective()),
        new("pkt", 30000, _ => new ProbabilisticObjective()),
        new("nst", 50, _ => new NeuronSelectivityObjective()),
        new("ab", 1, context => new ActivationBoundaryObjective(context)),
        new("ft", 200, context => new FactorObjective(context)),
        new("fsp", 50, context => new FlowObjective(context)),
        new("kdsvd", 1, context => new SingularVectorObjective(context)),
        new("crd", 0.8, context => Contrast(new WcordObjectiveSettings { GlobalWeight = 1, LocalWeight = 0, SpectralNormalization = false }, context)),
        new("wcord", 1, context => Contrast(new WcordObjectiveSettings(), context)),
        new("dkd", 1, _ => new DecoupledObjective()),
        new("dist", 1, _ => new DistObjective()),
        new("kd_ls", 9, _ => new StandardizedSoftTargetsObjective()),
    ];

    /// <summary>All names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.AsReadOnly(Array.ConvertAll(Entries, entry => entry.Name));

    /// <summary>A distiller with its usual weight, which <c>with</c> changes.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the known ones.</exception>
    public static WeightedObjective Named(string name) =>
        Array.Find(Entries, entry => entry.Name == name)
            ?? throw new ArgumentException($"There is no distiller '{name}'. Choose one of: {string.Join(", ", Names)}.", nameof(name));

    // Cross-entropy and soft targets are terms of their own beside a distiller.
    private static WcordObjective Contrast(WcordObjectiveSettings settings, ObjectiveContext context) =>
        new(settings with { CrossEntropyWeight = 0 }, context.Student.Features, context.Teacher.Features, [.. context.Labels], context.Seed);
}
