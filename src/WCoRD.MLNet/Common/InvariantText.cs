using System.Globalization;

namespace WCoRD.MLNet;

/// <summary>Lists of numbers as text that is the same in every culture; a single text is made by <c>Invariant($"...")</c>.</summary>
/// <remarks>
/// Text is stored in checkpoints and compared, and read by people who may live elsewhere: none of it may depend on where it was made.
/// </remarks>
internal static class InvariantText
{
    public static string Join<T>(string separator, IEnumerable<T> values)
        where T : IFormattable => string.Join(separator, values.Select(value => value.ToString(null, CultureInfo.InvariantCulture)));
}
