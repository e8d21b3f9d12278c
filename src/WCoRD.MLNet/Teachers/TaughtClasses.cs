namespace WCoRD.MLNet;

/// <summary>Which of the rows' classes a teacher's scores are of.</summary>
internal sealed class TaughtClasses
{
    private TaughtClasses()
    {
    }

    /// <summary>The number of classes that it scores; 0: none of the rows'.</summary>
    public int Count { get; private init; }

    /// <summary>Where each class of the rows stands in its scores; null: at its own place.</summary>
    public int[]? Order { get; private init; }

    /// <summary>Why it scores none of the rows' classes; null: it does.</summary>
    public string? Difference { get; private init; }

    /// <summary>Whether the difference looks like a slip: as many classes, some of which are the same.</summary>
    public bool LooksMistaken { get; private init; }

    /// <summary>A teacher of no classes.</summary>
    /// <param name="reason">Why.</param>
    public static TaughtClasses None(string reason) => new() { Difference = reason };

    /// <summary>Compares a teacher's classes with the rows'.</summary>
    /// <param name="count">The number of the teacher's classes.</param>
    /// <param name="names">Their names; null: unknown.</param>
    /// <param name="teacher">What the teacher is, for messages.</param>
    /// <param name="label">The rows' label; null: they have none, and the student takes the teacher's classes.</param>
    public static TaughtClasses Of(int count, IReadOnlyList<string>? names, string teacher, LabelColumn? label)
    {
        if (label is null)
        {
            return new TaughtClasses { Count = count };
        }

        string column = $"column '{label.Column.Name}'";
        if (!ClassOrder.TryMap(label.ClassNames, column, names, teacher, out int[]? order, out string? difference))
        {
            return new TaughtClasses
            {
                Difference = difference,
                LooksMistaken = count == label.Classes && names!.Intersect(label.ClassNames!).Any(),
            };
        }

        return count == label.Classes
            ? new TaughtClasses { Count = count, Order = order }
            : new TaughtClasses { Difference = Invariant($"{teacher} knows {count} classes, but {column} has {label.Classes}.") };
    }
}
