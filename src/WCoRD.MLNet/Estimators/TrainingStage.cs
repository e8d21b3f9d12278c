using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TorchSharp;

namespace WCoRD.MLNet;

/// <summary>What the estimators share: the schema's checks, and the way from rows to a trained network.</summary>
internal sealed class TrainingStage
{
    private readonly IHost _host;
    private readonly TrainingOptions _options;
    private readonly Teacher? _teacher;

    /// <param name="environment">The environment.</param>
    /// <param name="name">The estimator's name in it.</param>
    /// <param name="options">The options, which nobody changes any more.</param>
    /// <param name="teacher">The teacher, which stays its owner's; null: there is none.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all faults.</exception>
    public TrainingStage(IHostEnvironment environment, string name, TrainingOptions options, Teacher? teacher = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        options.Validate();
        teacher?.Check((StudentTrainingOptions)options);
        (_host, _options, _teacher) = (environment.Register(name), options, teacher);
    }

    /// <exception cref="ArgumentException">A column is absent or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _teacher?.CheckUsable();
        ImageColumn.Check(input, nameof(_options.InputColumnName), _options.InputColumnName);
        DataViewType? values = _options.LabelColumnName is { } label
            && LabelColumn.Check(input, label).Annotations.TryFind(AnnotationNames.KeyValues, out SchemaShape.Column found)
                ? found.ItemType
                : null;
        _teacher?.Check((StudentTrainingOptions)_options, input);
        (string? score, string? predictedLabel, string? features) = _options.Added;
        return NetworkTransformer.OutputShape(input, score, predictedLabel, features, values);
    }

    /// <summary>Binds the columns, reads the rows, plans the run, trains, and wraps the network.</summary>
    public NetworkTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var channel = new TrainingChannel(_host, _options);
        return channel.Ranks is { } ranks ? ranks.Run(() => Fit(input, channel)) : Fit(input, channel);
    }

    /// <summary>Lets the teacher see all views of the rows that trainings will read, and stores what it makes of them.</summary>
    public void StoreViews(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var options = (StudentTrainingOptions)_options;
        if (options.StoredViewsFolder is null)
        {
            throw new InvalidOperationException(
                Invariant($"StoredViews is {options.StoredViews} and StoredViewsFolder null: expected the number of views of each row, ")
                    + "and a folder to keep them in.");
        }

        _teacher!.CheckUsable();
        using var channel = new TrainingChannel(_host, options);
        if (channel.Ranks is { } ranks)
        {
            _ = ranks.Run(() =>
            {
                ranks.CheckAlike(RunIdentity.Of(_options));
                StoreViews(input, options, channel);
                return true;
            });
        }
        else
        {
            StoreViews(input, options, channel);
        }
    }

    private void StoreViews(IDataView input, StudentTrainingOptions options, TrainingChannel channel)
    {
        using IDisposable quiet = QuietCollections.Begin();
        using var scope = torch.NewDisposeScope();
        BoundColumns columns = BoundColumns.Of(input.Schema, options, _teacher);
        BoundTeacher teacher = columns.Teacher!;
        using TrainingRows rows = TrainingRows.Read(input, columns, options, new RandomStreams(0), channel);
        using TeacherOutputs outputs = teacher.CreateOutputs(
            rows.TeacherValues, new PrecisionChoice(resumed: null, channel.Say, channel.Ranks), rows.Set.Device, channel.Warn, channel.Ranks);
        using StoredViews? stored = teacher.OpenViews(options, outputs.Precision, rows.Hash, rows.Set.Count, channel);
        var examples = new TrainingExamples(rows.Set, rows.Training, teacher.StudentViews, outputs, stored);
        new TeacherCheck(teacher.Name, outputs, teacher.Shapes.Classes).Run(examples, channel);
        for (int view = 0; view < (stored?.Count ?? 0); view++)
        {
            examples.Store(view, seen => options.StepProgress?.Report(seen.Within(view + 1, stored!.Count)));
        }
    }

    private NetworkTransformer Fit(IDataView input, TrainingChannel channel)
    {
        _teacher?.CheckUsable();
        channel.Ranks?.CheckAlike(RunIdentity.Of(_options));
        BoundColumns columns = BoundColumns.Of(input.Schema, _options, _teacher);
        foreach (string doubt in columns.Doubts(_options))
        {
            channel.Warn(doubt);
        }

        if (columns.Initial is { } initial)
        {
            channel.Say(initial.Line);
        }

        using var scope = torch.NewDisposeScope();
        using TrainingSaves? saves = TrainingSaves.Open(_options, channel);
        var streams = new RandomStreams(Seed(saves, channel));
        using TrainingRows rows = TrainingRows.Read(input, columns, _options, streams, channel);
        using var run = new TrainingRun(rows, columns, _options, saves, channel, streams);
        TrainingHistory history = run.Train();
        (ModelDescription description, byte[] weights) = run.Describe();
        return new NetworkTransformer(_host, description, weights, history);
    }

    private int Seed(TrainingSaves? saves, TrainingChannel channel)
    {
        int own = _options.Seed ?? saves?.Resumed?.Position.Seed ?? channel.NextSeed();

        if (channel.Ranks is not { } ranks)
        {
            return own;
        }

        // Where the options name none, ranks would each draw another. Where they name others, that is found when ranks are compared.
        int ofFirst = BitConverter.ToInt32(ranks.Broadcast(() => BitConverter.GetBytes(own)));
        return _options.Seed ?? ofFirst;
    }
}
