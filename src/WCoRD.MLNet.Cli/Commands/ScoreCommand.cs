using System.CommandLine;
using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord score</c>: predictions of a saved model, row by row.</summary>
internal static class ScoreCommand
{
    private static readonly Option<string> Model = new("--model")
    {
        Description = "A model that wcord saved.",
        HelpName = "FILE.zip",
        Required = true,
    };
    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Write the predictions there instead of printing them.",
        HelpName = "FILE.csv",
    };

    public static Command Create()
    {
        var command = new Command("score", "Print a model's predictions: row, label, predicted class, probability.")
        {
            Model, CommonOptions.Data, CommonOptions.Split, CommonOptions.Limit, CommonOptions.Gpu, Out, CommonOptions.Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string? outFile = parsed.GetValue(Out);
        bool json = parsed.GetValue(CommonOptions.Json);
        if (outFile is not null)
        {
            OutputFile.Check("--out", outFile);
        }

        MLContext mlContext = CommonOptions.Context(parsed, seed: 1);
        IDataView data = DataRows.Load(
            mlContext, parsed.GetRequiredValue(CommonOptions.Data), CommonOptions.SplitOf(parsed), parsed.GetValue(CommonOptions.Limit));
        ITransformer model = ModelFiles.LoadModel(mlContext, parsed.GetRequiredValue(Model));
        using var disposable = model as IDisposable;
        IEnumerable<Prediction> predictions = Prediction.Read(ModelFiles.Score(model, data));
        if (outFile is not null)
        {
            int count = Prediction.WriteCsv(predictions, outFile);
            if (json)
            {
                JsonOutput.Write(new { Count = count, Out = outFile });
            }
            else
            {
                Console.WriteLine(Invariant($"{count} predictions in {outFile}"));
            }
        }
        else if (json)
        {
            Prediction[] all = [.. predictions];
            JsonOutput.Write(new { Count = all.Length, Predictions = all });
        }
        else
        {
            foreach (Prediction prediction in predictions)
            {
                Console.WriteLine(prediction.ToString());
            }
        }

        return 0;
    }
}
