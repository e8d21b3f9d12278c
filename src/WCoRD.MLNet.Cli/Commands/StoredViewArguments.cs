using System.CommandLine;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>The options of what a teacher makes of a fixed number of views.</summary>
internal static class StoredViewArguments
{
    public static Option<int?> Count { get; } = NumberOptions.Whole(
        "--stored-views",
        "Let the teacher see N views of each image, once, and store what it makes of them; 0: every view anew, in every epoch.",
        minimum: 0);

    public static Option<string?> Folder { get; } = new("--views")
    {
        Description = "Folder of stored views, which all trainings with one teacher, the same rows and the same augmentation share.",
        HelpName = "DIR",
    };

    static StoredViewArguments() => Folder.Validators.Add(result =>
    {
        if (result.GetValue(Count) is not > 0)
        {
            result.AddError("--views has no meaning without --stored-views N: give the number of views, or leave --views out.");
        }
    });

    public static void AddTo(Command command)
    {
        command.Add(Count);
        command.Add(Folder);
    }

    public static void Apply(ParseResult parsed, StudentTrainingOptions options)
    {
        options.StoredViews = parsed.GetValue(Count) ?? options.StoredViews;
        options.StoredViewsFolder = parsed.GetValue(Folder);
    }
}
