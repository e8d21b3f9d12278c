using System.CommandLine;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>The options of what a teacher makes of a fixed number of views.</summary>
internal static class StoredViewArguments
{
    public static Option<int?> Count { get; } = NumberOptions.Whole(
        "--stored-views",
        "Let the teacher see N views of each image, once, and store what it makes of them; 0: every view anew, in every epoch. "
            + "Default: 0; of 'compare' 8, where images are changed by paddedcrop alone.",
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
            result.AddError("--views keeps the views of --stored-views N: give their number, or leave --views out.");
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
