using FsCheck;
using FsCheck.Fluent;
using WCoRD.MLNet.Cli;
using WCoRD.MLNet.Cli.Models;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>What holds for every input, tried on 10,000 of them; FsCheck shrinks a counter-example.</summary>
[TestClass]
public sealed class PropertyTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(10_000).WithQuietOnSuccess(true);

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
            // The weights together must be above 0, which a fault of one may break as well.
            faults += options.GlobalWeight + options.LocalWeight + options.SoftTargetWeight + options.CrossEntropyWeight > 0 ? 0 : 1;
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
    public void CommandLine_AnyWords_AreParsedOrReported()
    {
        // A parser that suggests what was meant takes long over many long words: short lists, and enough of them.
        Check.One(Config.WithMaxTest(500).WithEndSize(12), Prop.ForAll<NonNull<string>[]>(words =>
        {
            // No system passes a NUL in an argument.
            string[] arguments = ["distill", "--data", "x", .. words.Select(word => word.Get.Replace("\0", "", StringComparison.Ordinal))];
            return CommandLine.Parse(arguments) is not null;
        }));
    }

    [TestMethod]
    public void Texts_OfNormalizationAndModality_AreParsedOrReported() =>
        Check.One(Config, Prop.ForAll<NonNull<string>, double[]>((text, numbers) =>
        {
            string listed = string.Join(',', numbers);
            return IsParsedOrReported(() => ModelFiles.ParseNormalization(text.Get))
                && IsParsedOrReported(() => ModelFiles.ParseNormalization($"{listed}/{listed}"))
                && IsParsedOrReported(() => Modality.Parse("--modality", text.Get))
                && IsParsedOrReported(() => Modality.Parse("--modality", $"rgb{text.Get}"));
        }));

    private static bool IsParsedOrReported<T>(Func<T> parse)
    {
        try
        {
            return parse() is not null;
        }
        catch (CommandException)
        {
            return true;
        }
    }
}
