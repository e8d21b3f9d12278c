using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Cli.Studies;

/// <summary>A pair's trainings: the teacher, then the methods, the most important first.</summary>
internal sealed class Headline
{
    private static readonly string[] Methods = ["wcord+kd", "wcord", "crd", "kd", Method.None];
    private readonly Study _study;
    private readonly StudyFolder _folder;
    private readonly string _teacher;
    private readonly string _teacherFile;
    private readonly bool _trainsTeacher;
    private readonly StudyRun[] _runs;
    private readonly int _firstSeed;

    /// <param name="study">Data and schedule.</param>
    /// <param name="folder">Where everything is kept.</param>
    /// <param name="teacher">The teacher's network.</param>
    /// <param name="student">The student's.</param>
    /// <param name="teacherFile">A trained teacher; null: it is trained too.</param>
    /// <param name="seeds">Every method is repeated with each; the teacher is trained with the first.</param>
    public Headline(Study study, StudyFolder folder, string teacher, string student, string? teacherFile, int[] seeds)
    {
        (_study, _folder, _teacher, _firstSeed) = (study, folder, teacher, seeds[0]);
        _teacherFile = teacherFile ?? folder.ModelOf(teacher);
        var pair = new StudyPair(_teacherFile, student);
        _runs = [.. from seed in seeds from method in Methods select new StudyRun(pair, Method.Parse(method), seed)];
        _trainsTeacher = teacherFile is null;
    }

    /// <summary>Trains what is not there yet.</summary>
    /// <param name="cancellationToken">Stops; what is trained so far is kept.</param>
    public void Train(CancellationToken cancellationToken)
    {
        _folder.Create();
        if (_trainsTeacher && !File.Exists(_teacherFile))
        {
            TrainTeacher(cancellationToken);
        }

        foreach (StudyRun run in _runs.Where(run => _folder.ResultOf(run, _study) is null))
        {
            new RunTraining(_study, run, _folder).Execute(cancellationToken);
        }
    }

    /// <summary>What is trained so far, beside the published numbers.</summary>
    public string Table()
    {
        RunResult[] results = [.. _runs.Select(run => _folder.ResultOf(run, _study)).OfType<RunResult>()];
        string ofTeacher = File.Exists(_teacherFile) ? Invariant($"{TeacherAccuracy():F2} %") : "not trained yet";
        string published = PublishedNumbers.Of(_runs[0].Pair.Name)?.Value("teacher") ?? "-";
        return ComparisonTable.ToMarkdown(results, besidePaper: true)
            + Invariant($"\nteacher {_teacher}: {ofTeacher} (published: {published} %); ")
            + Invariant($"{results.Length} of {_runs.Length} runs are done\n");
    }

    private void TrainTeacher(CancellationToken cancellationToken)
    {
        var training = new StudyTraining(_study, _folder, _teacher, _firstSeed);
        TrainingOptions options = _study.CreateOptions(Method.Parse(Method.None), _teacher);
        using NetworkTransformer model = training.Fit($"teacher {_teacher}", options, loadTeacher: null, cancellationToken);
        training.Save(model);
        _folder.Forget(_teacher);
    }

    private double TeacherAccuracy()
    {
        MLContext mlContext = _study.CreateContext(_firstSeed);
        IDataView test = _study.TestRows(mlContext);
        using NetworkTeacher loaded = _study.LoadNetworkTeacher(mlContext, _teacherFile);
        using NetworkTransformer model = loaded.ToTransformer(mlContext, test.Schema);
        return Accuracy.Measure(mlContext, model, test).Top1;
    }
}
