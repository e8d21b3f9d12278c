using System.CommandLine;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using WCoRD.MLNet.Cli;
using WCoRD.MLNet.Cli.Commands;
using WCoRD.MLNet.Cli.Models;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>What holds for every input, tried on many of them; FsCheck shrinks a counter-example.</summary>
[TestClass]
public sealed class PropertyTests
{
    private const int Inputs = 10_000;
    private const int CommandLines = 2000;
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(Inputs).WithQuietOnSuccess(true);

    [TestMethod]
    public void Safetensors_AnyTensor_IsReadAsWritten()
    {
        Gen<(float[] Values, int Rows, string Name)> tensors =
            from rows in Gen.Choose(0, 5)
            from columns in Gen.Choose(0, 5)
            from values in ArbMap.Default.GeneratorFor<float>().ArrayOf(rows * columns)
            from name in ArbMap.Default.GeneratorFor<NonNull<string>>()
            select (values, rows, name.Get);
        Check.One(Config, Prop.ForAll(tensors.ToArbitrary(), made =>
        {
            // A header is UTF-8, which has no half of a surrogate pair; and one name is the header's own.
            string name = made.Name.Any(char.IsSurrogate) || made.Name == "__metadata__" ? "x" : made.Name;
            using var scope = NewDisposeScope();
            using var stream = new MemoryStream();
            Tensor value = tensor(made.Values, [made.Rows, made.Rows == 0 ? 3 : made.Values.Length / made.Rows]);
            Safetensors.Write(stream, [(name, value)]);
            stream.Position = 0;
            (string found, Tensor read) = Safetensors.Read(stream, "x").Single();
            return found == name && read.shape.SequenceEqual(value.shape) && read.bytes.SequenceEqual(value.bytes);
        }));
    }

    [TestMethod]
    public void Options_AnyNumbers_PassOrAreListedOneByOne() =>
        Check.One(Config, Prop.ForAll<int, double, double>((epochs, rate, weight) =>
        {
            int batch = 3 - epochs;
            var options = new WcordDistillationOptions { Epochs = epochs, BatchSize = batch, LearningRate = rate, GlobalWeight = weight, ContrastiveTemperature = weight, Negatives = batch };
            bool[] right = [epochs >= 1, batch >= 1, double.IsFinite(rate) && rate > 0, double.IsFinite(weight) && weight >= 0, double.IsFinite(weight) && weight > 0, batch >= 0];
            int faults = right.Count(good => !good);
            try
            {
                options.Validate();
                return faults == 0;
            }
            catch (ArgumentException fault)
            {
                return fault.Message.StartsWith($"WcordDistillationOptions has {faults} fault(s):", StringComparison.Ordinal);
            }
        }));

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void CommandLine_AnyWords_AreACommandOrErrorsOfOneLine(bool amongOptions)
    {
        int parsed = 0, refused = 0;
        // A parser that suggests what was meant takes long over many long words: short lists, and enough of them.
        Check.One(Config.WithMaxTest(CommandLines / 2).WithEndSize(12), Prop.ForAll(Words(amongOptions).ToArbitrary(), words =>
        {
            // No system passes a NUL in an argument.
            string[] arguments = [.. words.Select(word => word.Replace("\0", "", StringComparison.Ordinal))];
            ParseResult result = CommandLine.Parse(arguments);
            bool isHelp = result.Action is ToolHelp;
            bool isCommand = result.Errors.Count == 0 && result.CommandResult.Command is { Subcommands.Count: 0 };
            _ = isCommand || isHelp ? parsed++ : refused++;
            // What is taken is read without an exception; what is not has a message, of one line apart from what the user wrote.
            return isHelp || (isCommand ? AllAreRead(result) : result.Errors.Count > 0 && result.Errors.All(error => IsOneLine(error.Message, arguments)));
        }));
        // Words at random are hardly ever a command; words among options must be both.
        Assert.IsGreaterThan(0, refused);
        Assert.IsTrue(parsed > 0 || !amongOptions);
    }

    [TestMethod]
    public void Texts_OfNormalization_AreParsedAsWrittenOrReported() =>
        Check.One(Config, Prop.ForAll<NonNull<string>, float[]>((text, numbers) =>
        {
            string listed = string.Join(',', numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture)));
            bool isRight = numbers.Length == 3 && numbers.All(number => float.IsFinite(number) && number > 0);
            InputNormalization? found = ParsedOrReported(() => ModelFiles.ParseNormalization($"{listed}/{listed}"), "--teacher-normalization is '");
            return (found is null ? !isRight : isRight && found.Mean.SequenceEqual(numbers) && found.StandardDeviation.SequenceEqual(numbers))
                && (ParsedOrReported(() => ModelFiles.ParseNormalization(text.Get), "--teacher-normalization is '") is null || text.Get.Count(letter => letter == ',') == 4);
        }));

    [TestMethod]
    public void Texts_OfModality_AreParsedAsWrittenOrReported() =>
        Check.One(Config, Prop.ForAll<NonNull<string>, int>((text, side) =>
        {
            string small = Invariant($"rgb{side}");
            Modality? any = ParsedOrReported(() => Modality.Parse("--modality", text.Get), "--modality has '"), sized = ParsedOrReported(() => Modality.Parse("--modality", small), "--modality has '");
            return (any is null || any.ToString() == text.Get) && (sized is null ? side < 1 : side >= 1 && sized.ToString() == small);
        }));

    [TestMethod]
    public void Document_OfReliability_StatesTheseCounts() => StringAssert.Contains(
        File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs/reliability.md")),
        string.Create(CultureInfo.InvariantCulture, $"Options and texts meet {Inputs:N0} arbitrary inputs, command lines {CommandLines:N0} (`PropertyTests`, FsCheck)."));

    /// <summary>Words at random alone, or between words of the tool's own.</summary>
    private static Gen<string[]> Words(bool amongOptions)
    {
        Gen<string> any = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(word => word.Get);
        Gen<string> known = Gen.Elements("--student", "resnet8", "--method", "wcord+kd", "--epochs", "3", "--learning-rate", "0.05", "0,05", "--seed", "-1", "--precision", "auto", "--no-labels", "--probe", "--help");
        return amongOptions
            ? from command in Gen.Elements("distill", "teach") from words in Gen.Frequency((8, known), (1, any)).ArrayOf() select (string[])[command, "--data", "x", "--out", "y", .. words]
            : any.ArrayOf();
    }

    private static bool IsOneLine(string message, string[] arguments) =>
        message.Length > 0 && !arguments.OrderByDescending(word => word.Length).Where(word => word.Length > 0).Aggregate(message, (text, word) => text.Replace(word, "", StringComparison.Ordinal)).Contains('\n', StringComparison.Ordinal);

    private static bool AllAreRead(ParseResult result)
    {
        foreach (Option option in result.CommandResult.Command.Options.Where(option => result.GetResult(option) is { Implicit: false }))
        {
            if (result.GetValue<object?>(option.Name) is null)
            {
                return false;
            }
        }

        return true;
    }

    private static T? ParsedOrReported<T>(Func<T> parse, string expected)
        where T : class
    {
        try
        {
            return parse();
        }
        catch (CommandException fault) when (fault.Message.StartsWith(expected, StringComparison.Ordinal))
        {
            return null;
        }
    }
}
