using System.CommandLine;
using Microsoft.ML;
using Microsoft.ML.Data;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord score</c>: predictions of a saved model, of photographs or of rows with labels.</summary>
internal static class ScoreCommand
{
    private static readonly Option<string> Model = new("--model")
    {
        Description = "A model that wcord saved.",
        HelpName = "FILE.zip",
        Required = true,
    };
    private static readonly Argument<string[]> Paths = new("PATH")
    {
        Description = "Photographs, or folders that are searched for them.",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private static readonly Option<string?> Data = new("--data")
    {
        Description = "In place of PATH, rows with labels. " + DataSource.Description,
        HelpName = "DIR",
    };
    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Write the predictions there instead of printing them.",
        HelpName = "FILE.csv",
    };

    public static Command Create()
    {
        var command = new Command(
            "score", "Print a model's predictions: path, class, probability; of --data row, label, predicted class, probability.")
        {
            Paths, Model, Data, CommonOptions.ImageSize, CommonOptions.Split, CommonOptions.Limit, CommonOptions.Gpu, Out,
            CommonOptions.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Paths) is { Length: > 0 } == result.GetValue(Data) is not null)
            {
                result.AddError("expected what to score: either photographs, as 'score --model M.zip PHOTO.jpg', or rows by --data DIR.");
            }
        });
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        if (parsed.GetValue(Out) is { } outFile)
        {
            OutputFile.Check("--out", outFile);
        }

        MLContext mlContext = CommonOptions.Context(parsed, seed: 1);
        ITransformer model = ModelFiles.LoadModel(mlContext, parsed.GetRequiredValue(Model));
        using var disposable = model as IDisposable;
        return parsed.GetValue(Data) is { } data
            ? ScoreRows(parsed, mlContext, model, data)
            : ScorePhotos(parsed, mlContext, model, parsed.GetRequiredValue(Paths));
    }

    private static int ScoreRows(ParseResult parsed, MLContext mlContext, ITransformer model, string path)
    {
        IDataView data = ModelFiles.RowsFor(
            mlContext,
            model,
            path,
            parsed.GetValue(CommonOptions.ImageSize),
            CommonOptions.SplitOf(parsed),
            parsed.GetValue(CommonOptions.Limit));
        Show(parsed, Prediction.Read(ModelFiles.Score(model, data)), Prediction.WriteCsv);
        return 0;
    }

    private static int ScorePhotos(ParseResult parsed, MLContext mlContext, ITransformer model, string[] paths)
    {
        if (!ModelFiles.Stages(model).OfType<PixelLoadingTransformer>().Any())
        {
            NetworkTransformer network = ModelFiles.NetworkIn(model, parsed.GetRequiredValue(Model));
            int size = parsed.GetValue(CommonOptions.ImageSize) ?? network.InputShape[1];
            model = new TransformerChain<ITransformer>(PhotoSource.MakeDecoding(mlContext, size), model);
        }

        string[] files = [.. paths.SelectMany(path => Directory.Exists(path) ? mlContext.Data.FindImages(path) : [path])];
        int faults = 0;
        IEnumerable<PhotoPrediction> predictions = PhotoPrediction.Score(mlContext, model, files, fault =>
        {
            faults++;
            Console.Error.WriteLine($"wcord score: {fault}");
        });
        Show(parsed, predictions, PhotoPrediction.WriteCsv);
        return faults == 0 ? 0 : 1;
    }

    private static void Show<T>(ParseResult parsed, IEnumerable<T> predictions, Func<string, IEnumerable<T>, int> write)
    {
        bool json = parsed.GetValue(CommonOptions.Json);
        if (parsed.GetValue(Out) is { } outFile)
        {
            int count = write(outFile, predictions);
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
            T[] all = [.. predictions];
            JsonOutput.Write(new { Count = all.Length, Predictions = all });
        }
        else
        {
            foreach (T prediction in predictions)
            {
                Console.WriteLine(Invariant($"{prediction}"));
            }
        }
    }
}
