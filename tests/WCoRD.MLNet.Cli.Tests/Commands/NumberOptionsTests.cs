using System.CommandLine;
using System.CommandLine.Parsing;
using WCoRD.MLNet.Cli.Commands;

namespace WCoRD.MLNet.Tests;

/// <summary>Every option of every command that takes numbers or names, those that come later too.</summary>
[TestClass]
public sealed class NumberOptionsTests
{
    private static readonly Type[] Wholes = [typeof(byte), typeof(short), typeof(int), typeof(long)];
    private static readonly Type[] Numbers = [.. Wholes, typeof(float), typeof(double), typeof(decimal)];

    [TestMethod]
    [DataRow("0,05")]
    [DataRow("1,000")]
    [DataRow("1.000,5")]
    [DataRow("1.000.000")]
    [DataRow(" 5")]
    [DataRow("5 ")]
    [DataRow("")]
    [DataRow("0x10")]
    [DataRow("\u22125")]
    [DataRow("\u0665")]
    [DataRow("(5)")]
    [DataRow("$5")]
    [DataRow("NaN")]
    [DataRow("Infinity")]
    [DataRow("\u221E")]
    [DataRow("1e999")]
    public void Number_NotWrittenPlainly_IsRefused(string text)
    {
        foreach ((string[] path, Option option) in Options(Numbers))
        {
            string error = ErrorOf(path, option, text);
            StringAssert.StartsWith(error, $"{option.Name} is '{text}': expected a ", string.Join(' ', path));
            Assert.DoesNotContain("\n", error);
        }
    }

    [TestMethod]
    [DataRow("1.5")]
    [DataRow("1e3")]
    [DataRow("99999999999999999999")]
    public void Whole_NumberThatIsNone_IsRefused(string text)
    {
        foreach ((string[] path, Option option) in Options(Wholes))
        {
            StringAssert.StartsWith(ErrorOf(path, option, text), $"{option.Name} is '{text}': expected a whole number, as 10.", string.Join(' ', path));
        }
    }

    [TestMethod]
    public void Number_WrittenPlainly_IsTaken()
    {
        foreach ((string[] path, Option option) in Options(Numbers))
        {
            object expected = Wholes.Contains(TypeOf(option)) ? (object)1000 : 0.05;
            ParseResult parsed = CommandLine.Parse([.. path, option.Name, Invariant($"{expected}")]);
            Assert.AreEqual(expected, parsed.GetValue<object?>(option.Name), $"{string.Join(' ', path)} {option.Name}");
            Assert.IsEmpty(parsed.GetResult(option)!.Errors);
        }
    }

    [TestMethod]
    [DataRow("teach", "--learning-rate", "0,05", "--learning-rate is '0,05': expected a number with a decimal point, as 0.05.")]
    [DataRow("teach", "--learning-rate", "1,000", "--learning-rate is '1,000': expected a number with a decimal point, as 1.000 or 1000.")]
    [DataRow("teach", "--learning-rate", "1,000.5", "--learning-rate is '1,000.5': expected a number with a decimal point, as 1000.5.")]
    [DataRow("teach", "--learning-rate", "much", "--learning-rate is 'much': expected a number with a decimal point, as 0.05.")]
    [DataRow("teach", "--epochs", "1,000", "--epochs is '1,000': expected a whole number without commas, as 1000.")]
    [DataRow("teach", "--epochs", "0,05", "--epochs is '0,05': expected a whole number, as 10.")]
    [DataRow("headline", "--minutes", "-1", "--minutes is -1: expected minutes, above 0 and at most 70000.")]
    [DataRow("distill", "--probe", "0", "--probe is 0: expected a share of the labels, above 0 and at most 1.")]
    public void Number_Refused_SaysWhatToWrite(string command, string option, string text, string expected) =>
        Assert.AreEqual(expected, ErrorOf([command], Options().First(one => one.Path.FirstOrDefault() == command && one.Option.Name == option).Option, text));

    [TestMethod]
    [DataRow("1;2")]
    [DataRow("1,x")]
    [DataRow("1,,2")]
    [DataRow("1.5")]
    [DataRow("")]
    public void List_WithAnElementThatIsNoWholeNumber_IsRefused(string text)
    {
        foreach ((string[] path, Option option) in Options(typeof(int[])))
        {
            StringAssert.StartsWith(ErrorOf(path, option, text), $"{option.Name} is '{text}': expected ", string.Join(' ', path));
            Assert.IsEmpty(CommandLine.Parse([.. path, option.Name, "1,2, 3"]).GetResult(option)!.Errors);
        }
    }

    [TestMethod]
    public void Choice_NumberOrSeveralNames_IsRefused()
    {
        (string[] Path, Option Option)[] choices = [.. Options().Where(one => TypeOf(one.Option).IsEnum)];
        Assert.IsGreaterThanOrEqualTo(7, choices.Length);
        foreach ((string[] path, Option option) in choices)
        {
            string[] names = Enum.GetNames(TypeOf(option));
            foreach (string text in (string[])["0", "7", $"{names[0]},{names[1]}", " " + names[0], ""])
            {
                Assert.AreEqual($"{option.Name} is '{text}': expected {string.Join(", ", names)}.", ErrorOf(path, option, text));
            }

            ParseResult parsed = CommandLine.Parse([.. path, option.Name, names[1].ToLowerInvariant()]);
            Assert.AreEqual(names[1], parsed.GetValue<object?>(option.Name)?.ToString());
        }
    }

    private static Type TypeOf(Option option) => Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;

    private static (string[] Path, Option Option)[] Options(params Type[] types)
    {
        (string[] Path, Option Option)[] found = [.. Options().Where(one => types.Contains(TypeOf(one.Option)))];
        Assert.IsNotEmpty(found);
        return found;
    }

    private static IEnumerable<(string[] Path, Option Option)> Options() => Options(CommandLine.Root, []);

    private static IEnumerable<(string[] Path, Option Option)> Options(Command command, string[] path) =>
        command.Options.Select(option => ((string[])[.. path, .. command.Arguments.Select(_ => "x")], option)).Concat(command.Subcommands.SelectMany(part => Options(part, [.. path, part.Name])));

    /// <summary>The one error that an option's text gives; those of what else is missing do not matter here.</summary>
    private static string ErrorOf(string[] path, Option option, string text)
    {
        ParseError[] errors = [.. CommandLine.Parse([.. path, option.Name, text]).Errors.Where(error => error.SymbolResult is OptionResult found && found.Option.Name == option.Name
            || error.SymbolResult is ArgumentResult { Parent: OptionResult of } && of.Option.Name == option.Name)];
        Assert.HasCount(1, errors, $"{string.Join(' ', path)} {option.Name} '{text}'");
        return errors[0].Message;
    }
}
