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
    private static readonly Option<ScoredPart?> Part = new("--part")
    {
        Description = "Score the I-th of N parts alone, I from 1 to N: the parts together are all photographs or rows, none twice; "
            + "rows keep their numbers.",
        HelpName = "I/N",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (ScoredPart.Parse(text) is { } part)
            {
                return part;
            }

            result.AddError($"--part is '{text}': expected I/N with I from 1 to N, as 2/16 for the second of sixteen parts.");
            return null;
        },
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
            Paths, Model, Data, CommonOptions.ImageSize, CommonOptions.Split, CommonOptions.Limit, Part, CommonOptions.Gpu, Out,
            CommonOptions.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Paths) is { Length: > 0 } == result.GetValue(Data) is not null)
            {
                result.AddError("expected what to score: either photographs, as 'score --model M.zip PHOTO.jpg', or rows by --data DIR.");
            }
        });
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Out) is { } outFile)
        {
            OutputFile.Check("--out", outFile);
        }

        MLContext mlContext = CommonOptions.Context(parsed, seed: 1);
        ITransformer model = ModelFiles.LoadModel(mlContext, parsed.GetRequiredValue(Model));
        using var disposable = model as IDisposable;
        return parsed.GetValue(Data) is { } data
            ? ScoreRows(parsed, mlContext, model, data, cancellationToken)
            : ScorePhotos(parsed, mlContext, model, parsed.GetRequiredValue(Paths), cancellationToken);
    }

    private static int ScoreRows(
        ParseResult parsed, MLContext mlContext, ITransformer model, string path, CancellationToken cancellationToken)
    {
        long first = 0;
        IDataView data = ModelFiles.RowsFor(
            mlContext,
            model,
            path,
            parsed.GetValue(CommonOptions.ImageSize),
            CommonOptions.SplitOf(parsed),
            parsed.GetValue(CommonOptions.Limit),
            parsed.GetValue(Part) is { } part ? TakePart : null);
        Show(parsed, Prediction.Read(ModelFiles.Score(model, data), first), Prediction.WriteCsv, cancellationToken);
        return 0;

        IDataView TakePart(IDataView rows)
        {
            (first, long count) = part.Of(rows.GetRowCount() ?? rows.GetColumn<uint>("Label").LongCount());
            return new TakenRows(rows, row => row >= first && row < first + count, count);
        }
    }

    private static int ScorePhotos(
        ParseResult parsed, MLContext mlContext, ITransformer model, string[] paths, CancellationToken cancellationToken)
    {
        if (!ModelFiles.Stages(model).OfType<PixelLoadingTransformer>().Any())
        {
            NetworkTransformer network = ModelFiles.NetworkIn(model, parsed.GetRequiredValue(Model));
            int size = parsed.GetValue(CommonOptions.ImageSize) ?? network.InputShape[1];
            model = new TransformerChain<ITransformer>(PhotoSource.MakeDecoding(mlContext, size), model);
        }

        string[] files = [.. paths.SelectMany(path => Directory.Exists(path) ? mlContext.Data.FindImages(path) : [path])];
        if (parsed.GetValue(Part) is { } part)
        {
            (long first, long count) = part.Of(files.Length);
            files = files[(int)first..(int)(first + count)];
        }

        int faults = 0;
        IEnumerable<PhotoPrediction> predictions = PhotoPrediction.Score(mlContext, model, files, fault =>
        {
            faults++;
            Console.Error.WriteLine($"wcord score: {fault}");
        });
        Show(parsed, predictions, PhotoPrediction.WriteCsv, cancellationToken);
        return faults == 0 ? 0 : 1;
    }

    private static void Show<T>(
        ParseResult parsed, IEnumerable<T> predictions, Func<string, IEnumerable<T>, int> write, CancellationToken cancellationToken)
    {
        predictions = predictions.Select(prediction =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return prediction;
        });
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
