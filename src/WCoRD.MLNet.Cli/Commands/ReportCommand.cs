using System.CommandLine;
using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Reports;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord report</c>: a page that shows a model.</summary>
internal static class ReportCommand
{
    private static readonly Option<string> Model = new("--model")
    {
        Description = "A model that wcord saved.",
        HelpName = "FILE.zip",
        Required = true,
    };
    private static readonly Option<string?> TeacherFile = new("--teacher")
    {
        Description = "Its teacher, to show beside it.",
        HelpName = "FILE.zip|FILE.safetensors|FILE.pth|FILE.pt",
    };
    private static readonly Option<string?> Network = new("--teacher-network")
    {
        Description = "The network of a teacher of PyTorch weights. Default: the one its file name names.",
        HelpName = "NAME",
    };
    private static readonly Option<string?> Baseline = new("--baseline")
    {
        Description = "A model to compare with, as the student alone.",
        HelpName = "FILE.zip",
    };
    private static readonly Option<string> Out = new("--out")
    {
        Description = "The page to write.",
        HelpName = "FILE.html",
        Required = true,
    };

    public static Command Create()
    {
        var command = new Command(
            "report", "Write a page with pictures of a model: its training, what it gets right and wrong, its features.")
        {
            Model, CommonOptions.Data, CommonOptions.ImageSize, CommonOptions.Split, CommonOptions.Limit, CommonOptions.Gpu, TeacherFile,
            Network, CommonOptions.Normalization, Baseline, Out,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(Out);
        OutputFile.Check("--out", path);
        MLContext mlContext = CommonOptions.Context(parsed, seed: 1);
        string modelFile = parsed.GetRequiredValue(Model);
        ITransformer loaded = ModelFiles.LoadModel(mlContext, modelFile);
        IDataView data = CommonOptions.RowsFor(parsed, mlContext, loaded);
        using ReportedModel model = ReportedModel.Of(mlContext, "this model", loaded, modelFile, data);
        using ReportedModel? baseline = parsed.GetValue(Baseline) is { } baselineFile
            ? ReportedModel.Load(mlContext, "baseline", baselineFile, data)
            : null;
        using ReportedModel? teacher = parsed.GetValue(TeacherFile) is { } teacherFile
            ? ReportedModel.LoadTeacher(
                mlContext, teacherFile, parsed.GetValue(Network), parsed.GetValue(CommonOptions.Normalization), data)
            : null;
        File.WriteAllText(
            path, ModelReport.Write(mlContext, $"{Path.GetFileName(modelFile)}: {model.Network.Network}", data, model, baseline, teacher).ToString());
        Console.WriteLine($"wrote {path}");
        return 0;
    }
}
