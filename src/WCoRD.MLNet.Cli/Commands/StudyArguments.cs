using System.CommandLine;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Studies;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>What <c>compare</c>, <c>headline</c> and <c>experiment</c> read alike.</summary>
internal static class StudyArguments
{
    /// <summary>What all runs of a study share; an option that a command does not take is not given.</summary>
    public static Study StudyOf(ParseResult parsed) => StudyOf(parsed, CommonOptions.Data);

    /// <summary>The same with another option for the data.</summary>
    public static Study StudyOf(ParseResult parsed, Option<string> data) => new()
    {
        Data = DataSource.Open(parsed.GetRequiredValue(data), parsed.GetValue(CommonOptions.ImageSize)),
        Limit = parsed.GetValue(CommonOptions.Limit),
        Schedule = TrainingArguments.ScheduleOf(parsed) with { InitialEpochs = parsed.GetValue(DistillArguments.InitialEpochs) },
        Recipe = TrainingArguments.RecipeOf(parsed),
        TeacherNormalization = parsed.GetValue(CommonOptions.Normalization),
        TeacherPrecision = parsed.GetValue(DistillArguments.TeacherPrecision),
        Critic = parsed.GetValue(DistillArguments.Critic),
        Negatives = parsed.GetValue(DistillArguments.Negatives),
        SharedNegatives = parsed.GetValue(DistillArguments.SharedNegatives),
        StoredViews = parsed.GetValue(StoredViewArguments.Count) ?? 0,
        ViewsFolder = parsed.GetValue(StoredViewArguments.Folder),
        Gpu = parsed.GetValue(CommonOptions.Gpu),
    };

    public static int[] SeedsOf(ParseResult parsed) => CommonOptions.ListOrNull(parsed, CommonOptions.Seeds) ?? [1];
}
