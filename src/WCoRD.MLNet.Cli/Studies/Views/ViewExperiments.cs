using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Cli.Studies.Views;

/// <summary>The experiments in which students see less than their teacher, or something else.</summary>
internal static class ViewExperiments
{
    private const double LabelShare = 0.1;
    private const string DigitTeacher = "resnet20";
    private const int DigitTeacherEpochs = 10;

    /// <summary>Pictures: the teacher sees them whole, each student one modality.</summary>
    /// <param name="mlContext">The environment.</param>
    /// <param name="study">What all trials share.</param>
    /// <param name="trials">The ways to learn.</param>
    /// <param name="teacher">The teacher, which stays the caller's.</param>
    /// <param name="labelled">Whether students learn from labels.</param>
    /// <param name="students">What they see.</param>
    public static IEnumerable<Trial> OfPictures(
        MLContext mlContext, Study study, StudentTrials trials, NetworkTeacher teacher, bool labelled, Modality[] students)
    {
        Setting[] settings = PictureSettings.Of(mlContext, study, students);
        var ofTeacher = new Trial(Modality.Full.ToString(), $"teacher ({teacher.NetworkName})", Seeded: false, _ =>
        {
            using NetworkTransformer model = teacher.ToTransformer(mlContext, settings[0].Test.Schema);
            return Accuracy.Measure(mlContext, model, settings[0].Test);
        });
        return
        [
            ofTeacher,
            .. settings.SelectMany(setting =>
                labelled ? trials.Supervised(setting, teacher) : trials.Unlabelled(setting, teacher, LabelShare)),
        ];
    }

    /// <summary>Digits, spoken and written: one modality teaches the other, in both directions.</summary>
    public static IEnumerable<Trial> OfDigits(MLContext mlContext, Study study, StudentTrials trials, int seed)
    {
        foreach ((Setting student, Setting taught) in DigitSettings.Of(mlContext, study.Data.Path, seed))
        {
            NetworkTransformer model = trials.FitAlone(taught, taught.Train, DigitTeacherEpochs, seed, DigitTeacher);
            yield return new Trial(
                taught.Sees, $"teacher ({DigitTeacher})", Seeded: false, _ => Accuracy.Measure(mlContext, model, taught.Test));
            foreach (Trial trial in trials.Supervised(student, Teacher.FromModel(model)))
            {
                yield return trial;
            }
        }
    }

    /// <summary>A teacher of other classes: the student learns coarser ones of the same pictures, or digits.</summary>
    public static IEnumerable<Trial> OfOtherClasses(
        MLContext mlContext, Study study, StudentTrials trials, NetworkTeacher teacher, bool digits) =>
        trials.ByFeatures(
            digits ? DigitSettings.OfPictures(mlContext, study.Data.Path) : PictureSettings.OfCoarseClasses(mlContext, study), teacher);

    /// <summary>Runs the trials with every seed, but for those that are there already.</summary>
    public static TrialTable Run(IEnumerable<Trial> trials, int[] seeds, TrialFolder? folder)
    {
        var table = new TrialTable();
        foreach (Trial trial in trials)
        {
            foreach (int seed in trial.Seeded ? seeds : [0])
            {
                Accuracy accuracy = folder?.Run(trial, seed) ?? trial.Run(seed);
                table.Add(trial, trial.Seeded ? seed : null, accuracy);
                Console.Error.WriteLine(
                    Invariant($"{trial.Sees}, {trial.Method}{(trial.Seeded ? Invariant($", seed {seed}") : "")}: ")
                        + Invariant($"top-1 {accuracy.Top1:F2} %"));
            }
        }

        folder?.Forget();
        return table;
    }
}
