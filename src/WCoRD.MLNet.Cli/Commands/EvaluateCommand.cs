using System.CommandLine;
using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord evaluate</c>: accuracy of a saved model, or of PyTorch weights.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string?> Model = new("--model") { Description = "A model that wcord saved.", HelpName = "FILE.zip" };
    private static readonly Option<string?> TeacherFile = new("--teacher")
    {
        Description = "PyTorch weights, in place of --model.",
        HelpName = "FILE.safetensors|FILE.pth",
    };
    private static readonly Option<string?> Network = new("--network", "--teacher-network")
    {
        Description = "The network of --teacher. Default: the one its file name names.",
        HelpName = "NAME",
    };

    public static Command Create()
    {
        var command = new Command("evaluate", "Measure a model's accuracy: top1, top5 (percent) and count.")
        {
            Model, TeacherFile, Network, CommonOptions.Normalization, CommonOptions.Data, CommonOptions.ImageSize, CommonOptions.Split, CommonOptions.Limit,
            CommonOptions.Gpu, CommonOptions.Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string? modelFile = parsed.GetValue(Model);
        string? teacherFile = parsed.GetValue(TeacherFile);
        if (modelFile is null == teacherFile is null)
        {
            throw new CommandException("name the model by either --model FILE.zip or --teacher FILE.safetensors or FILE.pth.");
        }

        MLContext mlContext = CommonOptions.Context(parsed, seed: 1);
        Accuracy accuracy = teacherFile is null
            ? MeasureModel(parsed, mlContext, modelFile!)
            : MeasureTeacher(parsed, mlContext, teacherFile);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(accuracy);
        }
        else
        {
            Console.WriteLine(Invariant($"top1 {accuracy.Top1:F2} %   top5 {accuracy.Top5:F2} %   count {accuracy.Count}"));
        }

        return 0;
    }

    private static Accuracy MeasureModel(ParseResult parsed, MLContext mlContext, string file)
    {
        ITransformer model = ModelFiles.LoadModel(mlContext, file);
        using var disposable = model as IDisposable;
        return Accuracy.Measure(mlContext, model, CommonOptions.RowsFor(parsed, mlContext, model));
    }

    private static Accuracy MeasureTeacher(ParseResult parsed, MLContext mlContext, string file)
    {
        IDataView data = CommonOptions.Source(parsed).Rows(mlContext, CommonOptions.SplitOf(parsed), parsed.GetValue(CommonOptions.Limit));
        using NetworkTeacher teacher = ModelFiles.LoadNetworkTeacher(
            mlContext, file, parsed.GetValue(Network), parsed.GetValue(CommonOptions.Normalization));
        using NetworkTransformer model = teacher.ToTransformer(mlContext, data.Schema);
        return Accuracy.Measure(mlContext, model, data);
    }
}
