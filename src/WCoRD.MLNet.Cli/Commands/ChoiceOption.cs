using System.CommandLine;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>
/// Makes every option that takes one of a few names. System.CommandLine's own parsing takes numbers, and several names with commas between,
/// too.
/// </summary>
internal static class ChoiceOption
{
    public static Option<T?> Of<T>(string name, string description)
        where T : struct, Enum => new(name)
        {
            Description = description,
            HelpName = string.Join('|', Enum.GetNames<T>()),
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                foreach (T value in Enum.GetValues<T>())
                {
                    if (string.Equals(text, Enum.GetName(value), StringComparison.OrdinalIgnoreCase))
                    {
                        return value;
                    }
                }

                result.AddError($"{name} is '{text}': expected {string.Join(", ", Enum.GetNames<T>())}.");
                return null;
            },
        };
}
