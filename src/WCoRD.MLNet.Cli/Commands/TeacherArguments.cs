using System.CommandLine;
using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>The options that say who teaches and what it sees.</summary>
internal static class TeacherArguments
{
    public static Option<TeacherViewsKind?> Views { get; } = ChoiceOption.Of<TeacherViewsKind>(
        "--teacher-views", "What the teacher sees: the student's view (same, default), its own, or the whole image.");

    private static readonly Option<string?> TeacherFile = new("--teacher")
    {
        Description = "The teacher: a model that wcord saved, PyTorch weights, an ONNX model, or TorchScript, whose code is executed.",
        HelpName = "FILE.zip|FILE.safetensors|FILE.pth|FILE.onnx|FILE.pt",
    };
    private static readonly Option<string?> TeacherNetwork = new("--teacher-network")
    {
        Description = "The network of a teacher of PyTorch weights. Default: the one its file name names.",
        HelpName = "NAME",
    };

    private static readonly Option<string?> TeacherScores = new("--teacher-scores")
    {
        Description = "The tensor of an ONNX teacher that is its scores. Default: the one output of as many numbers as there are classes.",
        HelpName = "NAME",
    };
    private static readonly Option<string?> TeacherFeatures = new("--teacher-features")
    {
        Description = "The tensor of an ONNX teacher that is its features, or maps, which are averaged. Default: its one other output.",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Modalities = new("--modalities")
    {
        Description = $"What teacher and student see, each {Modality.Grammar}. Default: rgb:rgb.",
        HelpName = "TEACHER:STUDENT",
    };

    private static readonly Option<string?> TeacherInput = new("--teacher-input")
    {
        Description = "The column that the teacher reads, where it is not that of --modalities.",
        HelpName = "COLUMN",
    };

    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])
            [TeacherFile, TeacherNetwork, CommonOptions.Normalization, TeacherScores, TeacherFeatures, Modalities, TeacherInput])
        {
            command.Add(option);
        }
    }

    /// <summary>The teacher's file.</summary>
    /// <exception cref="CommandException">None is named.</exception>
    public static string FileOf(ParseResult parsed) => parsed.GetValue(TeacherFile)
        ?? throw new CommandException(
            "--teacher is missing: name a .zip that wcord saved, a .safetensors, .pth, .onnx or .pt file, or choose --method none.");

    /// <summary>What the student sees.</summary>
    /// <exception cref="CommandException">The text names no modalities.</exception>
    public static Modality SeenByStudent(ParseResult parsed) => ParseModalities(parsed).Student;

    /// <summary>Says in the options which columns teacher and student read.</summary>
    public static void ApplyColumns(ParseResult parsed, StudentTrainingOptions options)
    {
        (Modality teacher, Modality student) = ParseModalities(parsed);
        options.InputColumnName = student.ColumnName;
        options.TeacherInputColumnName = parsed.GetValue(TeacherInput) ?? (teacher == student ? null : teacher.ColumnName);
    }

    /// <summary>Loads the teacher.</summary>
    public static Teacher Load(ParseResult parsed, MLContext mlContext) => ModelFiles.LoadTeacher(
        mlContext,
        FileOf(parsed),
        parsed.GetValue(TeacherNetwork),
        parsed.GetValue(CommonOptions.Normalization),
        parsed.GetValue(TeacherScores),
        parsed.GetValue(TeacherFeatures));

    /// <summary>Makes of the student's rows what the teacher sees; null: it sees the same.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="mlContext">The environment.</param>
    /// <param name="source">Where the rows come from.</param>
    /// <param name="options">Told which column that is.</param>
    public static IEstimator<ITransformer>? StagesBefore(
        ParseResult parsed, MLContext mlContext, DataSource source, StudentTrainingOptions options)
    {
        (Modality teacher, Modality student) = ParseModalities(parsed);
        if (teacher != student)
        {
            return teacher.Stages(mlContext);
        }

        if (options.TeacherInputColumnName is null
            && ModelFiles.DecodedSizeOf(mlContext, FileOf(parsed)) is { } size
            && source is PhotoSource photos && photos.ImageSize != size)
        {
            // It sees the photographs in the size that it was trained on.
            options.TeacherInputColumnName = "TeacherPixels";
            return photos.Decoding(mlContext, options.TeacherInputColumnName, size);
        }

        return null;
    }

    private static (Modality Teacher, Modality Student) ParseModalities(ParseResult parsed)
    {
        string? text = parsed.GetValue(Modalities);
        string[] sides = text?.Split(':') ?? ["rgb", "rgb"];
        return sides is [string teacher, string student]
            ? (Modality.Parse("--modalities", teacher), Modality.Parse("--modalities", student))
            : throw new CommandException($"--modalities is '{text}': expected TEACHER:STUDENT, as rgb:chrominance.");
    }
}
