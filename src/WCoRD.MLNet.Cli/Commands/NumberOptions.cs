using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>
/// Makes every option that takes numbers. System.CommandLine's own parsing takes a comma for a divider of thousands: 0,05 would be 5.
/// </summary>
internal static class NumberOptions
{
    /// <summary>An optional whole number with a minimum.</summary>
    public static Option<int?> Whole(string name, string description, int minimum = int.MinValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => ParseWhole(result, name, minimum),
    };

    /// <summary>An optional number that is finite.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="helpName">How help names the value.</param>
    /// <param name="atMost">The largest number, where only numbers above 0 have a meaning; null: all have.</param>
    /// <param name="unit">What the numbers are, for the error.</param>
    public static Option<double?> Number(
        string name, string description, string helpName = "X", double? atMost = null, string unit = "number") => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result => ParseNumber(result, name, atMost, unit),
        };

    /// <summary>An optional list of whole numbers.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="expected">What is expected, with an example.</param>
    public static Option<int[]?> Wholes(string name, string description, string expected) => new(name)
    {
        Description = description,
        HelpName = "N,N,...",
        CustomParser = result => ParseWholes(result, name, expected),
    };

    private static int? ParseWhole(ArgumentResult result, string name, int minimum)
    {
        string text = result.Tokens[0].Value;
        if (TryWhole(text, out int value) && value >= minimum)
        {
            return value;
        }

        string plain = text.Replace(",", "", StringComparison.Ordinal);
        result.AddError(
            TryWhole(text, out _) ? Invariant($"{name} is {value}: expected at least {minimum}.")
            : IsGrouped(text) && TryWhole(plain, out _) ? $"{name} is '{text}': expected a whole number without commas, as {plain}."
            : $"{name} is '{text}': expected a whole number, as 10.");
        return null;
    }

    private static double? ParseNumber(ArgumentResult result, string name, double? atMost, string unit)
    {
        string text = result.Tokens[0].Value;
        if (!TryNumber(text, out double value))
        {
            string pointed = text.Replace(',', '.'), plain = text.Replace(",", "", StringComparison.Ordinal);
            string other = IsGrouped(text) && TryNumber(plain, out _) ? $" or {plain}" : "";
            string example = text.Contains(',', StringComparison.Ordinal) && TryNumber(pointed, out _)
                ? pointed + other
                : other == "" ? "0.05" : plain;
            result.AddError($"{name} is '{text}': expected a number with a decimal point, as {example}.");
            return null;
        }

        if (atMost is { } most && !(value > 0 && value <= most))
        {
            result.AddError(Invariant($"{name} is {value}: expected {unit}, above 0 and at most {most}."));
            return null;
        }

        return value;
    }

    private static int[]? ParseWholes(ArgumentResult result, string name, string expected)
    {
        string text = result.Tokens[0].Value;
        var numbers = new List<int>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!TryWhole(part, out int number))
            {
                result.AddError($"{name} is '{text}': expected {expected}.");
                return null;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static bool TryWhole(string text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static bool TryNumber(string text, out double value)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(text, Style, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    /// <summary>Whether the commas may have been meant to divide thousands: three digits follow each, and no zero begins.</summary>
    private static bool IsGrouped(string text)
    {
        string[] groups = text.TrimStart('-', '+').Split(',');
        return groups is [{ Length: >= 1 and <= 3 } first, _, ..]
            && first[0] != '0'
            && groups.Skip(1).All(group => group.Split('.')[0].Length == 3);
    }
}
