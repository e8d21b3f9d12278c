using Microsoft.ML;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The rows of a training, read and divided into those to learn from and those to validate on.</summary>
internal sealed class TrainingRows : IDisposable
{
    private const double MiB = 1024 * 1024;
    private readonly ExampleReader _reader;
    private readonly ExampleSet? _validationSet;

    private TrainingRows(ExampleReader reader, ExampleSet set, ExampleSet? validationSet, int[] training, ValidationRows validation)
    {
        (_reader, Set, _validationSet, Training, Validation) = (reader, set, validationSet, training, validation);
    }

    /// <summary>All rows read.</summary>
    public ExampleSet Set { get; }

    /// <summary>Which of them are learned from.</summary>
    public int[] Training { get; }

    /// <summary>What is validated on; may be none.</summary>
    public ValidationRows Validation { get; }

    /// <summary>How the student's input is normalised.</summary>
    public required InputNormalization Normalization { get; init; }

    /// <summary>The values of the teacher's own columns.</summary>
    public required Tensor[] TeacherValues { get; init; }

    /// <summary>What tells the rows' values from others.</summary>
    public required string Hash { get; init; }

    /// <summary>What identifies the run.</summary>
    public required IReadOnlyDictionary<string, string> Run { get; init; }

    /// <summary>Reads, divides and checks.</summary>
    /// <param name="input">The training rows.</param>
    /// <param name="columns">The columns to read.</param>
    /// <param name="options">The options.</param>
    /// <param name="streams">Draws what is held back.</param>
    /// <param name="channel">Told of doubts; tells where is computed.</param>
    /// <exception cref="ArgumentException">There is too little to learn from, or the validation set or the normalisation does not
    /// fit.</exception>
    public static TrainingRows Read(
        IDataView input, BoundColumns columns, TrainingOptions options, RandomStreams streams, TrainingChannel channel)
    {
        var reader = new ExampleReader(
            columns.Label, options.LearnsWithoutLabel, channel.CheckCanceled, channel.Warn, (long?)(options.MemoryBudget * MiB), channel.Ranks);
        try
        {
            (Tensor[] values, long[] labels) = Tracing.Run("read", () => reader.Read(input, columns.Numbers));
            if (reader.IsInFiles)
            {
                channel.Say(Invariant($"the rows take more than MemoryBudget ({options.MemoryBudget} MiB): ")
                    + "they are kept in temporary files");
            }

            CheckColors(columns, values, options);

            // Rows in files may be more than a GPU holds, and those of other ranks come by the CPU: they are copied batch by batch.
            Device device = channel.FindDevice();
            bool stay = reader.IsInFiles || channel.Ranks is not null;
            var set = new ExampleSet(stay ? values[0] : values[0].to(device), labels, device, channel.Ranks);
            DataHash hash = Tracing.Run("hash", () => DataHash.Of(values, labels, channel.Ranks));
            (int[] training, int[] heldBack) = set.Split(options.ValidationFraction, streams.Managed("validation"));
            CheckSplit(columns.Label, options, set, training, heldBack, channel);
            ExampleSet? validationSet = ReadValidationSet(columns, options, device, channel);
            InputNormalization normalization =
                options.Normalization ?? columns.Initial?.Normalization ?? set.MeasureNormalization(training);
            Check(normalization, columns.Image);
            ValidationRows validation = validationSet is null
                ? new ValidationRows(set, heldBack)
                : new ValidationRows(validationSet, [.. Enumerable.Range(0, validationSet.Count)]);
            return new TrainingRows(reader, set, validationSet, training, validation)
            {
                Normalization = normalization,
                TeacherValues = values[1..],
                Hash = hash.Rows,
                Run = RunIdentity.Of(options, streams.Seed, hash, columns.Teacher?.Identity),
            };
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _validationSet?.Dispose();
        Set.Dispose();
        _reader.Dispose();
    }

    private static ExampleSet? ReadValidationSet(BoundColumns columns, TrainingOptions options, Device device, TrainingChannel channel)
    {
        if (options.ValidationSet is not { } data || columns.Label is not { } label)
        {
            return null;
        }

        ImageColumn image = columns.Image, found = BoundColumns.FindImage(data.Schema, options);
        LabelColumn labels = LabelColumn.Find(data.Schema, label.Column.Name);
        if ((found.Channels, found.Height, found.Width, found.IsByte, labels.Classes)
            != (image.Channels, image.Height, image.Width, image.IsByte, label.Classes))
        {
            throw new ArgumentException(
                Invariant($"ValidationSet has '{found.Column.Name}' of type {found.Column.Type} and {labels.Classes} classes, ")
                    + Invariant($"but the training rows have type {image.Column.Type} and {label.Classes} classes: expected the same. ")
                    + "Make both by the same stages.");
        }

        int[]? order = ClassOrder.Map(
            labels.ClassNames, "ValidationSet", label.ClassNames, "the training set", "Validate on rows of the same classes.");
        using var reader = new ExampleReader(labels, keepUnlabelled: false, channel.CheckCanceled, channel.Warn, budget: null, channel.Ranks);
        (Tensor[] values, long[] rows) = reader.Read(data, [found]);
        return new ExampleSet(values[0], order is null ? rows : [.. rows.Select(row => (long)order[row])], device, channel.Ranks);
    }

    // What ValidationFraction leaves must still be something to learn from, and what it takes something to measure on.
    private static void CheckSplit(
        LabelColumn? label, TrainingOptions options, ExampleSet set, int[] training, int[] heldBack, TrainingChannel channel)
    {
        long[] learned = [.. set.LabelsOf(training).Where(found => found != DistillationStep.NoLabel)];
        long[] classes = [.. learned.Distinct()];
        if (label is not null && options.LearnsClasses && classes.Length < 2)
        {
            string fraction = heldBack.Length == 0
                ? ""
                : Invariant($" ValidationFraction ({options.ValidationFraction}) holds {heldBack.Length} row(s) back: lower it.");
            throw new ArgumentException(
                Invariant($"The {learned.Length} labelled row(s) of column '{label.Column.Name}' ")
                    + Invariant($"to learn from hold {classes.Length} class(es): ")
                    + Invariant($"expected at least 2.{fraction} Check the label column and any filter before this stage."));
        }

        if (options.ValidationFraction > 0 && heldBack.Length == 0)
        {
            if (options.EarlyStoppingEpochs > 0)
            {
                throw new ArgumentException(
                    Invariant($"EarlyStoppingEpochs is {options.EarlyStoppingEpochs}, ")
                        + Invariant($"but ValidationFraction ({options.ValidationFraction}) ")
                        + "is less than half a row of every class, so that nothing is validated: raise it, or give a ValidationSet.");
            }

            channel.Warn(Invariant($"ValidationFraction is {options.ValidationFraction}, which is less than half a row of every class: ")
                + "no row is held back and nothing is validated. Raise it, or give a ValidationSet.");
        }

        uint[] lost = [.. set.LabelsOf(heldBack).Distinct().Except(classes).Order().Select(found => (uint)found + 1)];
        if (label is not null && lost.Length > 0)
        {
            channel.Warn(Invariant($"ValidationFraction ({options.ValidationFraction}) holds every row back of {lost.Length} class(es), ")
                + Invariant($"which the network cannot learn: {string.Join(", ", lost.Take(10).Select(label.NameOf))}. ")
                + "Lower it, or give a ValidationSet.");
        }
    }

    private static void CheckColors(BoundColumns columns, Tensor[] values, TrainingOptions options)
    {
        foreach ((VectorColumn column, Tensor read) in columns.Numbers.Zip(values))
        {
            if (options.ColorJitter > 0 && column is ImageColumn { IsByte: false } image)
            {
                ColorJitter.Check(image, read);
            }
        }
    }

    private static void Check(InputNormalization normalization, ImageColumn image)
    {
        if (!normalization.IsUsable)
        {
            throw new ArgumentException(Invariant($"Normalization is {normalization}: expected finite numbers, and deviations above 0."));
        }

        if (normalization.Channels != image.Channels || normalization.StandardDeviation.Count != image.Channels)
        {
            throw new ArgumentException(
                Invariant($"Normalization has {normalization.Channels} mean(s) ")
                    + Invariant($"and {normalization.StandardDeviation.Count} deviation(s), but column ")
                    + Invariant($"'{image.Column.Name}' has {image.Channels} channel(s): expected one of each for every channel."));
        }
    }
}
