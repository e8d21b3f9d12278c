using System.Globalization;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Cli.Studies;

/// <summary>One training of a study.</summary>
/// <param name="Pair">Teacher and student.</param>
/// <param name="Method">How the student learns.</param>
/// <param name="Seed">The seed.</param>
internal sealed record StudyRun(StudyPair Pair, Method Method, int Seed)
{
    /// <summary>The name of the run's files.</summary>
    public string Name => Invariant($"{Pair.Name}-{Method}-{Seed}");

    /// <summary>What the run is asked to do beside its pair, method and seed, for telling another study's result.</summary>
    public string SettingsIn(Study study)
    {
        TrainingOptions options = study.CreateOptions(Method, Pair.Student);
        string milestones = options.Milestones is { } epochs
            ? string.Join('/', epochs.Select(epoch => Invariant($"{epoch}")))
            : "5/8, 3/4, 7/8";
        string teacher = options is StudentTrainingOptions student ? $", teacher in {student.TeacherPrecision ?? student.Precision}" : "";
        string views = options is StudentTrainingOptions { StoredViews: > 0 and int count } ? Invariant($", {count} stored views") : "";
        string precision = options.Precision == Precision.Float32 ? "" : $", in {options.Precision}";
        string initial = options is DistillationOptions distillation ? Invariant($", initial {distillation.InitialEpochs}") : "";
        string contrast = options is WcordDistillationOptions { GlobalWeight: > 0 } wcord
            ? $", {wcord.Critic}, negatives {Number(wcord.Negatives, "as many as CRD")}" + (wcord.SharedNegatives ? ", shared" : "")
            : "";
        string size = study.Data is PhotoSource photos ? Invariant($", images {photos.ImageSize}") : "";
        return Invariant($"{options.Epochs} epochs, batch {options.BatchSize}, rate {options.LearningRate}, milestones {milestones}, ")
            + $"rows {Number(study.Limit, "all")}{size}{precision}{teacher}{views}{initial}{contrast}{study.Recipe}";
    }

    private static string Number(int? value, string otherwise) => value?.ToString(CultureInfo.InvariantCulture) ?? otherwise;
}
