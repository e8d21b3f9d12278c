using System.CommandLine;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord data sample</c>: draws made images; needs no network access.</summary>
internal static class DataSampleCommand
{
    private const int TrainCount = 5000;
    private const int TestCount = 1000;

    private static readonly FolderArgument Folder = new("The folder to write train.bin and test.bin to.", "--out", "--data");
    private static readonly Option<int?> Train = NumberOptions.Whole(
        "--train", Invariant($"Training images. Default: {TrainCount}."), minimum: 1);
    private static readonly Option<int?> Test = NumberOptions.Whole("--test", Invariant($"Test images. Default: {TestCount}."), minimum: 1);

    public static Command Create()
    {
        var command = new Command("sample", "Draw made images of 100 classes, in CIFAR-100's binary layout.")
        {
            Train, Test, CommonOptions.Seed, CommonOptions.Json,
        };
        Folder.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string folder = Folder.Of(parsed);
        int train = parsed.GetValue(Train) ?? TrainCount;
        int test = parsed.GetValue(Test) ?? TestCount;
        int seed = parsed.GetValue(CommonOptions.Seed) ?? 1;
        SampleImages.Write(folder, train, test, seed);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { Folder = folder, Train = train, Test = test, Seed = seed });
        }
        else
        {
            Console.WriteLine(Invariant($"{train} training and {test} test images in {folder} (seed {seed})"));
        }

        return 0;
    }
}
