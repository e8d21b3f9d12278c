using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>
/// Joins two views into one whose rows hold both modalities: a teacher then reads columns of one, a student columns of the other.
/// </summary>
/// <remarks>
/// The columns of the second view get a prefix, as in <c>SoundPixels</c> and <c>SoundLabel</c>. Its columns that somebody asks for are read
/// once and held in memory;
/// the first view stays as lazy as it was. The joined rows come in the first view's order and cannot be shuffled by ML.NET; the trainers
/// here shuffle by themselves.
/// </remarks>
public static class PairedModalities
{
    /// <summary>Pairs row with row: two modalities of the same things, in the same order.</summary>
    /// <param name="first">The first modality.</param>
    /// <param name="second">The second, of as many rows.</param>
    /// <param name="prefix">What goes before the names of the second's columns.</param>
    /// <param name="labelColumnName">The label. Where both views have it, classes and labels must agree.</param>
    /// <returns>A row for each pair.</returns>
    /// <exception cref="ArgumentException">The counts, the classes or the labels differ, or the prefix leads to a column that is there
    /// already.</exception>
    public static IDataView ByIndex(IDataView first, IDataView second, string prefix, string labelColumnName = "Label")
    {
        Check(first, second, prefix);
        bool labelled = first.Schema.GetColumnOrNull(labelColumnName) is not null
            && second.Schema.GetColumnOrNull(labelColumnName) is not null;
        if (labelled)
        {
            CheckClasses(first, second, labelColumnName);
        }

        uint[] ofFirst = labelled ? Labels(first, labelColumnName) : new uint[Count(first)];
        uint[] ofSecond = labelled ? Labels(second, labelColumnName) : new uint[Count(second)];
        if (ofFirst.Length != ofSecond.Length)
        {
            throw new ArgumentException(Invariant($"The first modality has {ofFirst.Length} rows and the second {ofSecond.Length}: ")
                + $"expected as many, row with row. Where they only share classes, pair them {nameof(ByClass)}.");
        }

        int differing = ofFirst.AsSpan().CommonPrefixLength(ofSecond);
        return differing == ofFirst.Length
            ? new PairedView(first, second, prefix, [.. Enumerable.Range(0, ofFirst.Length)])
            : throw new ArgumentException(
                Invariant($"Row {differing} has label key {ofFirst[differing]} in the first modality ")
                    + Invariant($"and {ofSecond[differing]} in the second: ")
                    + $"expected the same things in the same order. Where they only share classes, pair them {nameof(ByClass)}.");
    }

    /// <summary>
    /// Gives each row of the first view a partner of its class: the rows of the second are dealt out in random order, each as often as the
    /// others.
    /// </summary>
    /// <param name="first">The first modality; every row has a label.</param>
    /// <param name="second">The second, with at least one row of every class that the first has.</param>
    /// <param name="prefix">What goes before the names of the second's columns.</param>
    /// <param name="seed">The seed of the pairing: the same seed pairs the same rows, on every pass and machine.</param>
    /// <param name="labelColumnName">The label of both: keys of the same classes.</param>
    /// <returns>A row for each row of the first.</returns>
    /// <exception cref="ArgumentException">The classes differ, a row has no label, a class has no partner, or the prefix leads to a column
    /// that is there already.</exception>
    public static IDataView ByClass(IDataView first, IDataView second, string prefix, int seed, string labelColumnName = "Label")
    {
        Check(first, second, prefix);
        LabelColumn classes = CheckClasses(first, second, labelColumnName);
        var random = new SampleRandom((ulong)seed, stream: 0);
        var partners = new Dictionary<uint, int[]>();
        foreach (IGrouping<uint, int> group in Labels(second, labelColumnName)
            .Select((label, row) => (label, row))
            .GroupBy(item => item.label, item => item.row)
            .OrderBy(group => group.Key))
        {
            partners.Add(group.Key, random.Shuffled([.. group]));
        }

        uint[] labels = Labels(first, labelColumnName);
        var dealt = new Dictionary<uint, int>();
        var chosen = new int[labels.Length];
        for (int row = 0; row < labels.Length; row++)
        {
            uint label = labels[row];
            if (label == 0)
            {
                throw new ArgumentException(Invariant($"Row {row} of the first modality has no label in column '{labelColumnName}': ")
                    + "partners are found by class. Leave such rows out first.");
            }

            if (!partners.TryGetValue(label, out int[]? rows))
            {
                throw new ArgumentException(
                    Invariant($"Row {row} of the first modality is of class {classes.NameOf(label)}, of which the second has no row: ")
                        + "expected a partner for every class. Leave that class out of the first, or take more of the second.");
            }

            int next = dealt.GetValueOrDefault(label);
            dealt[label] = next + 1;
            chosen[row] = rows[next % rows.Length];
        }

        return new PairedView(first, second, prefix, chosen);
    }

    private static void Check(IDataView first, IDataView second, string prefix)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        if (second.Schema.Where(column => !column.IsHidden)
            .Select(column => prefix + column.Name)
            .FirstOrDefault(name => first.Schema.GetColumnOrNull(name) is not null) is { } taken)
        {
            throw new ArgumentException(
                $"prefix is '{prefix}', which makes '{taken}' of a column of the second modality: the first has a column of that name. "
                    + "Choose another prefix.",
                nameof(prefix));
        }
    }

    private static LabelColumn CheckClasses(IDataView first, IDataView second, string name)
    {
        LabelColumn ofFirst = LabelColumn.Find(first.Schema, name), ofSecond = LabelColumn.Find(second.Schema, name);
        if (ofFirst.Classes != ofSecond.Classes)
        {
            throw new ArgumentException(
                Invariant($"Column '{name}' has {ofFirst.Classes} classes in the first modality and {ofSecond.Classes} in the second: ")
                    + "expected the same. Map both by one MapValueToKey.");
        }

        if (ofFirst.ClassNames is { } names && ofSecond.ClassNames is { } others)
        {
            int differing = Enumerable.Range(0, ofFirst.Classes).FirstOrDefault(i => names[i] != others[i], -1);
            if (differing >= 0)
            {
                throw new ArgumentException(Invariant($"Key {differing + 1} of column '{name}' is '{names[differing]}' ")
                    + $"in the first modality and '{others[differing]}' in the second: "
                    + "expected the same classes in the same order. Map both by one MapValueToKey.");
            }
        }

        return ofFirst;
    }

    private static uint[] Labels(IDataView view, string name) => [.. KeyGetters.Read(view, view.Schema[name])];

    private static long Count(IDataView view)
    {
        if (view.GetRowCount() is { } known)
        {
            return known;
        }

        using DataViewRowCursor cursor = view.GetRowCursor([]);
        long count = 0;
        while (cursor.MoveNext())
        {
            count++;
        }

        return count;
    }
}
