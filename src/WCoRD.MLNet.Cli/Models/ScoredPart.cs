using System.Globalization;

namespace WCoRD.MLNet.Cli.Models;

/// <summary>One of several parts of what is scored: a range of it, without gaps between the parts and as long as the others or one longer.</summary>
/// <param name="Number">Which part, counted from 1.</param>
/// <param name="Parts">How many there are.</param>
internal sealed record ScoredPart(int Number, int Parts)
{
    /// <summary>Reads I/N; null: it is none, or I is not from 1 to N.</summary>
    public static ScoredPart? Parse(string text) =>
        text.Split('/') is [string number, string parts]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int which)
        && int.TryParse(parts, NumberStyles.None, CultureInfo.InvariantCulture, out int all)
        && which >= 1 && which <= all
            ? new ScoredPart(which, all)
            : null;

    /// <summary>Where the part begins, counted from 0, and how much it holds; the first parts hold one more where it does not divide.</summary>
    /// <param name="total">How much there is.</param>
    public (long First, long Count) Of(long total)
    {
        (long each, long more) = Math.DivRem(total, Parts);
        long before = Number - 1;
        return ((before * each) + Math.Min(before, more), each + (before < more ? 1 : 0));
    }
}
