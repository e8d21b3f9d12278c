namespace WCoRD.MLNet;

/// <summary>Compares the classes that two sides name: the same names in another order are found again, other names are an error.</summary>
internal static class ClassOrder
{
    private const int NamesShown = 10;

    /// <summary>Where each class of one side stands on the other.</summary>
    /// <param name="own">The names of one side; null: it has none.</param>
    /// <param name="ownSide">What that side is, for messages.</param>
    /// <param name="other">The names of the other side; null: it has none.</param>
    /// <param name="otherSide">What the other side is, for messages.</param>
    /// <param name="remedy">What to do about other names.</param>
    /// <returns>For each class of one side its position on the other; null where the order is the same, or a side has no names to tell by.</returns>
    /// <exception cref="ArgumentException">The sides name other classes; the message lists what only one side has.</exception>
    public static int[]? Map(IReadOnlyList<string>? own, string ownSide, IReadOnlyList<string>? other, string otherSide, string remedy)
    {
        if (own is null || other is null || own.SequenceEqual(other))
        {
            return null;
        }

        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((int i, string name) in other.Index())
        {
            _ = places.TryAdd(name, i);
        }

        int[] order = [.. own.Select(name => places.GetValueOrDefault(name, -1))];
        bool isOrder = own.Count == other.Count && !order.Contains(-1) && order.Distinct().Count() == order.Length;
        return isOrder ? order : throw new ArgumentException(
            Invariant($"{ownSide} names {own.Count} classes and {otherSide} {other.Count}, which are not the same: {string.Join("; ", Only(ownSide, own, other).Concat(Only(otherSide, other, own)).DefaultIfEmpty("a name stands twice"))}. {remedy}"));
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
