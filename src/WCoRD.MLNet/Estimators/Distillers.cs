namespace WCoRD.MLNet;

/// <summary>
/// The field's distillers by name, with the weights of the reference scripts (RepDistiller; the logit methods': their authors').
/// </summary>
public static class Distillers
{
    private static readonly WeightedObjective[] Entries =
    [
        new("hint", 100, context => new FitNetObjective(context)),
        new("at", 1000, _ => new AtObjective()),
        new("sp", 3000, _ => new SpObjective()),
        new("cc", 0.02, context => new CcObjective(context)),
        new("vid", 1, context => new VidObjective(context)),
        new("rkd", 1, _ => new RkdObjective()),
        new("pkt", 30000, _ => new PktObjective()),
        new("nst", 50, _ => new NstObjective()),
        new("ab", 1, context => new PreparingObjective(new AbObjective(context))),
        new("ft", 200, context => new FtObjective(context)),
        new("fsp", 50, context => new PreparingObjective(new FspObjective(context))),
        new("kdsvd", 1, context => new KdsvdObjective(context)),
        Crd(),
        new("wcord", 1, new WcordDistillationOptions().CreateObjective),
        new("dkd", 1, _ => new DkdObjective()),
        new("dist", 1, _ => new DistObjective()),
        new("kd_ls", 9, _ => new KdLsObjective()),
    ];

    /// <summary>All names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.AsReadOnly(Array.ConvertAll(Entries, entry => entry.Name));

    /// <summary>A distiller with its usual weight, which <c>with</c> changes.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the known ones.</exception>
    public static WeightedObjective Named(string name) =>
        Array.Find(Entries, entry => entry.Name == name)
            ?? throw new ArgumentException($"There is no distiller '{name}'. Choose one of: {string.Join(", ", Names)}.", nameof(name));

    // The weight stands beside the name, as of all others.
    private static WeightedObjective Crd()
    {
        WcordDistillationOptions crd = WcordDistillationOptions.Crd();
        double weight = crd.GlobalWeight;
        crd.GlobalWeight = 1;
        return new WeightedObjective("crd", weight, crd.CreateObjective);
    }
}
