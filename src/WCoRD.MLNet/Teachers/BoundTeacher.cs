using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// A teacher that knows the rows it will teach: which columns it reads, what it gives, and how the student's views are made.
/// </summary>
internal abstract class BoundTeacher
{
    /// <param name="name">What it is called in messages.</param>
    /// <param name="columns">The columns that are read for it alone.</param>
    /// <param name="shapes">The shapes of what it gives, with all its classes.</param>
    /// <param name="studentViews">Makes the student's views.</param>
    /// <param name="classes">Which of the rows' classes it scores.</param>
    protected BoundTeacher(
        string name, IReadOnlyList<VectorColumn> columns, OutputShapes shapes, Augmentation studentViews, TaughtClasses classes)
    {
        (Name, Columns, StudentViews, Taught) = (name, columns, studentViews, classes);
        Shapes = new OutputShapes(shapes.StageMaps, shapes.Features, classes.Count);
    }

    /// <summary>What it is called in messages.</summary>
    public string Name { get; }

    /// <summary>The columns that are read for it alone.</summary>
    public IReadOnlyList<VectorColumn> Columns { get; }

    /// <summary>Which of the rows' classes it scores. A teacher of another task scores none: it teaches by its features and maps.</summary>
    public TaughtClasses Taught { get; }

    /// <summary>The shapes of what it gives.</summary>
    public OutputShapes Shapes { get; }

    /// <summary>Makes the student's views.</summary>
    public Augmentation StudentViews { get; }

    /// <summary>A doubt whether its network is the one meant for its images; null: there is none.</summary>
    public virtual string? Doubt => null;

    /// <summary>Whether what it gives depends on the view.</summary>
    public virtual bool SeesViews => true;

    /// <summary>The number of its classes; null: it gives no scores.</summary>
    public int? Classes => Shapes.Classes == 0 ? null : Shapes.Classes;

    /// <summary>What tells it from others. (A training begun with the classes in one order does not go on in another.)</summary>
    public string Identity => Taught.Order is null ? OwnIdentity : $"{OwnIdentity}, classes from {InvariantText.Join(", ", Taught.Order)}";

    /// <summary>Says how it teaches rows of another task, and refuses what needs its scores of them.</summary>
    /// <exception cref="ArgumentException">An objective compares scores class by class.</exception>
    public void CheckTeaches(SumObjective objective, TrainingChannel channel)
    {
        if (Taught.Difference is not { } difference)
        {
            return;
        }

        if (objective.Terms.FirstOrDefault(term => term.ComparesScores) is { } comparing)
        {
            throw new ArgumentException(
                $"The objective '{comparing.GetName()}' compares scores class by class: {difference} "
                    + "Give a teacher of the same classes, named alike, or leave that objective out ('kd': SoftTargetWeight 0): "
                    + "WCoRD, hints and others take its features, whatever the classes.");
        }

        Action<string> say = Taught.LooksMistaken ? channel.Warn : channel.Say;
        say($"the teacher {Name} teaches by its features alone: {difference}"
            + (Taught.LooksMistaken ? " If they are meant to be the same, name them alike." : ""));
    }

    /// <summary>Opens what it made of views, or will make; null: it teaches live, or from columns.</summary>
    /// <param name="options">The options.</param>
    /// <param name="precision">The numbers that it computes with.</param>
    /// <param name="rows">What tells the rows from others.</param>
    /// <param name="count">Their number.</param>
    /// <param name="channel">Told what is stored.</param>
    /// <exception cref="IOException">The folder cannot be made, or has no room.</exception>
    public StoredViews? OpenViews(StudentTrainingOptions options, Precision precision, string rows, int count, TrainingChannel channel)
    {
        if (options.StoredViews > 0 && !SeesViews)
        {
            channel.Say(Invariant($"StoredViews is {options.StoredViews}, but the teacher is made of columns, ")
                + "which are there already: none is stored");
        }

        if (options.StoredViews == 0 || !SeesViews)
        {
            return null;
        }

        // Each rank keeps the views of the rows that it reads.
        return channel.Ranks is { } ranks
            ? StoredViews.Open(
                options, Identity, precision, Shapes, Invariant($"{rows}, rank {ranks.Rank} of {ranks.Size}"), RowExchange.OwnCount(ranks, count), channel)
            : StoredViews.Open(options, Identity, precision, Shapes, rows, count, channel);
    }

    /// <summary>What tells the teacher from others, whatever the rows.</summary>
    protected abstract string OwnIdentity { get; }

    /// <summary>Makes what it gives for each step.</summary>
    /// <param name="values">The values of <see cref="Columns"/>, which the outputs then own.</param>
    /// <param name="choice">Chooses the precision.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="warn">Told of doubts.</param>
    /// <param name="ranks">Those that have read the other rows; null: all are here.</param>
    public abstract TeacherOutputs CreateOutputs(Tensor[] values, PrecisionChoice choice, Device device, Action<string> warn, RankGroup? ranks = null);
}
