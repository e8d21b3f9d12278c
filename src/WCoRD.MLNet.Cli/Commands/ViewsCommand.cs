using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord views</c>: lets a teacher see ahead what trainings with stored views will read.</summary>
internal static class ViewsCommand
{
    public static Command Create()
    {
        var command = new Command(
            "views",
            "Let a teacher see N views of each image ahead, for 'distill', 'compare' and 'headline' with --stored-views and --views. "
                + "They make themselves what is missing.")
        {
            StoredViewArguments.Count, StoredViewArguments.Folder, CommonOptions.Data, CommonOptions.ImageSize, CommonOptions.Limit,
        };
        TeacherArguments.AddTo(command);
        command.Add(TeacherArguments.Views);
        command.Add(DistillArguments.TeacherPrecision);
        TrainingArguments.AddViewsTo(command);
        command.Add(CommonOptions.Gpu);
        command.Add(CommonOptions.Json);
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        if (parsed.GetValue(StoredViewArguments.Count) is not > 0 || parsed.GetValue(StoredViewArguments.Folder) is null)
        {
            throw new CommandException("--stored-views or --views is missing: name how many views of each image, and a folder to keep them in.");
        }

        bool json = parsed.GetValue(CommonOptions.Json);
        MLContext mlContext = CommonOptions.Context(parsed);

        // Soft targets take any teacher's scores; what is stored is the same for every method.
        var options = new DistillationOptions
        {
            SoftTargetWeight = 1,
            CancellationToken = cancellationToken,
            Communicator = Ranks.Join(),
        };
        TeacherArguments.ApplyColumns(parsed, options);
        TrainingArguments.RecipeOf(parsed).ApplyTo(options);
        StoredViewArguments.Apply(parsed, options);
        options.TeacherViews = parsed.GetValue(TeacherArguments.Views) ?? options.TeacherViews;
        options.TeacherPrecision = parsed.GetValue(DistillArguments.TeacherPrecision) ?? options.TeacherPrecision;
        options.Validate();
        DataSource source = CommonOptions.Source(parsed);
        using Teacher teacher = TeacherArguments.Load(parsed, mlContext);
        IEstimator<ITransformer>? ofTeacher = TeacherArguments.StagesBefore(parsed, mlContext, source, options);
        IDataView rows = source.Rows(mlContext, Cifar100Split.Train, parsed.GetValue(CommonOptions.Limit));
        IDataView seen = TeacherArguments.SeenByStudent(parsed).Stages(mlContext)?.Fit(rows).Transform(rows) ?? rows;
        IDataView taught = ofTeacher?.Fit(seen).Transform(seen) ?? seen;
        TrainingDisplay.Run(mlContext, options, "views", json, () =>
        {
            var trainer = new DistillationEstimator(mlContext, teacher, options);
            return Ranks.Train(() =>
            {
                trainer.StoreViews(taught);
                return 0;
            });
        });
        (rows as IDisposable)?.Dispose();
        if (!Ranks.IsFirst)
        {
            return 0;
        }

        if (json)
        {
            JsonOutput.Write(new
            {
                Command = "views",
                options.StoredViews,
                Folder = options.StoredViewsFolder,
                Seconds = Math.Round(watch.Elapsed.TotalSeconds, 3),
            });
        }
        else
        {
            Console.WriteLine(Invariant($"{options.StoredViews} views are in {options.StoredViewsFolder} ({watch.Elapsed.TotalSeconds:F0} s)"));
        }

        return 0;
    }
}
