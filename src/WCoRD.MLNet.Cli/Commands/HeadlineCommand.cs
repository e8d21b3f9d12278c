using System.CommandLine;
using WCoRD.MLNet.Cli.Studies;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>
/// <c>wcord headline</c>: one of the paper's pairs from the teacher's training to the table, in as many calls as it takes.
/// </summary>
internal static class HeadlineCommand
{
    // A timer takes no more.
    private const double MostMinutes = 70_000;

    private static readonly string[] Pairs = ["resnet32x4-resnet8x4", "vgg13-vgg8", "resnet110-resnet20", "resnet56-resnet20"];
    private static readonly Argument<string> Pair = new("PAIR") { Description = $"Teacher and student: {string.Join(", ", Pairs)}." };
    private static readonly Option<string> Folder = new("--checkpoints")
    {
        Description = "Folder of teacher, students, checkpoints, results and headline.md. "
            + "Called again, everything goes on where it stopped.",
        HelpName = "DIR",
        Required = true,
    };
    private static readonly Option<string?> TeacherFile = new("--teacher")
    {
        Description = "A trained teacher. Default: it is trained first, by the same schedule.",
        HelpName = "FILE.zip|FILE.safetensors|FILE.pth|FILE.pt",
    };
    private static readonly Option<double?> Minutes = NumberOptions.Number(
        "--minutes", "Stop in order after that time. Default: when everything is done.", "M", atMost: MostMinutes, unit: "minutes");

    static HeadlineCommand() => Pair.AcceptOnlyFromAmong(Pairs);

    public static Command Create()
    {
        var command = new Command(
            "headline",
            "Train one of the paper's pairs by WCoRD+KD, WCoRD, CRD, KD and alone, 240 epochs each, "
                + "and put the numbers beside the published ones.")
        {
            Pair, CommonOptions.Data, Folder, Minutes, TeacherFile, CommonOptions.Normalization, CommonOptions.Seeds,
            DistillArguments.TeacherPrecision, DistillArguments.Critic, DistillArguments.Negatives, DistillArguments.SharedNegatives,
            CommonOptions.Limit,
        };
        StoredViewArguments.AddTo(command);
        TrainingArguments.AddScheduleTo(command);
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (parsed.GetValue(Minutes) is { } minutes)
        {
            time.CancelAfter(TimeSpan.FromMinutes(minutes));
        }

        string[] networks = parsed.GetRequiredValue(Pair).Split('-');
        var folder = new StudyFolder(parsed.GetRequiredValue(Folder));
        var headline = new Headline(
            StudyArguments.StudyOf(parsed), folder, networks[0], networks[1], parsed.GetValue(TeacherFile), StudyArguments.SeedsOf(parsed));
        try
        {
            headline.Train(time.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Console.Error.WriteLine("The time is up; the same call goes on.");
        }

        string table = headline.Table();
        File.WriteAllText(folder.File("headline.md"), table);
        Console.Write(table);
        return 0;
    }
}
