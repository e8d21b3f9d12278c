using System.Diagnostics.CodeAnalysis;

namespace WCoRD.MLNet;

/// <summary>Compares the classes that two sides name: the same names in another order are found again, other names are told.</summary>
internal static class ClassOrder
{
    private const int NamesShown = 10;

    /// <summary>Where each class of one side stands on the other.</summary>
    /// <param name="own">The names of one side; null: it has none.</param>
    /// <param name="ownSide">What that side is, for messages.</param>
    /// <param name="other">The names of the other side; null: it has none.</param>
    /// <param name="otherSide">What the other side is, for messages.</param>
    /// <param name="remedy">What to do about other names.</param>
    /// <returns>For each class of one side its position on the other; null where the order is the same, or a side has no names to tell
    /// by.</returns>
    /// <exception cref="ArgumentException">The sides name other classes; the message lists what only one side has.</exception>
    public static int[]? Map(IReadOnlyList<string>? own, string ownSide, IReadOnlyList<string>? other, string otherSide, string remedy) =>
        TryMap(own, ownSide, other, otherSide, out int[]? order, out string? difference) ? order
            : throw new ArgumentException($"{difference} {remedy}");

    /// <summary>The same, where other names are no error.</summary>
    /// <param name="own">The names of one side; null: it has none.</param>
    /// <param name="ownSide">What that side is, for messages.</param>
    /// <param name="other">The names of the other side; null: it has none.</param>
    /// <param name="otherSide">What the other side is, for messages.</param>
    /// <param name="order">As <see cref="Map"/> returns it.</param>
    /// <param name="difference">What only one side has.</param>
    /// <returns>Whether the sides name the same classes, as far as they name any.</returns>
    public static bool TryMap(
        IReadOnlyList<string>? own,
        string ownSide,
        IReadOnlyList<string>? other,
        string otherSide,
        out int[]? order,
        [NotNullWhen(false)] out string? difference)
    {
        (order, difference) = (null, null);
        if (own is null || other is null || own.SequenceEqual(other))
        {
            return true;
        }

        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((int i, string name) in other.Index())
        {
            _ = places.TryAdd(name, i);
        }

        int[] found = [.. own.Select(name => places.GetValueOrDefault(name, -1))];
        if (own.Count == other.Count && !found.Contains(-1) && found.Distinct().Count() == found.Length)
        {
            order = found;
            return true;
        }

        string[] only = [.. Only(ownSide, own, other), .. Only(otherSide, other, own)];
        difference = Invariant($"{ownSide} names {own.Count} classes and {otherSide} {other.Count}, which are not the same: ")
            + $"{string.Join("; ", only.DefaultIfEmpty("a name stands twice"))}.";
        return false;
    }

    private static IEnumerable<string> Only(string side, IReadOnlyList<string> some, IReadOnlyList<string> others)
    {
        string[] only = [.. some.Except(others, StringComparer.Ordinal)];
        if (only.Length > 0)
        {
            string more = only.Length > NamesShown ? Invariant($" and {only.Length - NamesShown} more") : "";
            yield return $"only {side} has {string.Join(", ", only.Take(NamesShown).Select(name => $"'{name}'"))}{more}";
        }
    }
}
