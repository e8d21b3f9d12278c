using System.Globalization;

namespace WCoRD.MLNet.Tests;

/// <summary>
/// A culture in which every number and date looks otherwise than in the invariant one. All tests run under it, and so do the processes of <c>wcord</c> that they start:
/// what holds there holds under any culture. (Named cultures cannot be had: the repository's programs know the invariant one only.)
/// </summary>
internal static class OddCulture
{
    public static CultureInfo Instance { get; } = Make();

    public static void MakeCurrent() => (CultureInfo.DefaultThreadCurrentCulture, CultureInfo.CurrentCulture) = (Instance, Instance);

    private static CultureInfo Make()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        NumberFormatInfo numbers = culture.NumberFormat;
        (numbers.NumberDecimalSeparator, numbers.PercentDecimalSeparator, numbers.CurrencyDecimalSeparator) = (",", ",", ",");
        (numbers.NumberGroupSeparator, numbers.PercentGroupSeparator, numbers.CurrencyGroupSeparator) = (".", ".", ".");
        // As in Swedish: the minus sign, which is no hyphen.
        (numbers.NegativeSign, numbers.NaNSymbol, numbers.PositiveInfinitySymbol, numbers.NegativeInfinitySymbol) = ("\u2212", "no number", "\u221E", "\u2212\u221E");
        (numbers.PercentSymbol, numbers.PercentPositivePattern) = ("percent", 1);
        DateTimeFormatInfo dates = culture.DateTimeFormat;
        (dates.DateSeparator, dates.TimeSeparator, dates.ShortDatePattern, dates.LongTimePattern) = (".", ".", "dd/MM/yyyy", "HH:mm:ss");
        return CultureInfo.ReadOnly(culture);
    }
}
