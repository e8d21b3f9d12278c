using System.Collections;
using System.Globalization;
using System.Reflection;

namespace WCoRD.MLNet;

/// <summary>What two trainings must share for one to go on where the other stopped: options, data and teacher.</summary>
internal static class RunIdentity
{
    /// <summary>Options that do not change what is learned, or that may change on resuming.</summary>
    internal static IReadOnlySet<string> Left { get; } = new HashSet<string>
    {
        nameof(TrainingOptions.Epochs),
        nameof(TrainingOptions.Seed),
        nameof(TrainingOptions.ValidationSet),
        // Their content tells them, not where they lie.
        nameof(TrainingOptions.InitialWeights),
        nameof(TrainingOptions.MemoryBudget),
        nameof(StudentTrainingOptions.StoredViewsFolder),
        nameof(TrainingOptions.Communicator),
        nameof(TrainingOptions.Progress),
        nameof(TrainingOptions.StepProgress),
        nameof(TrainingOptions.CancellationToken),
        nameof(TrainingOptions.OnCancel),
        nameof(TrainingOptions.CheckpointFolder),
        nameof(TrainingOptions.CheckpointEpochs),
        nameof(TrainingOptions.CheckpointMinutes),
        nameof(TrainingOptions.Resume),
        nameof(TrainingOptions.ScoringBatchSize),
        nameof(TrainingOptions.ScoreColumnName),
        nameof(TrainingOptions.PredictedLabelColumnName),
        nameof(TrainingOptions.FeaturesColumnName),
    };

    /// <summary>Describes a run.</summary>
    /// <param name="options">The options.</param>
    /// <param name="seed">The seed, which may have come from elsewhere.</param>
    /// <param name="data">What was read of the rows.</param>
    /// <param name="teacher">What identifies the teacher; null: there is none.</param>
    public static IReadOnlyDictionary<string, string> Of(
        TrainingOptions options, int seed, DataHash data, string? teacher)
    {
        SortedDictionary<string, string> identity = Of(options);
        identity.Add(nameof(TrainingOptions.Seed), Text(seed));
        identity.Add("data", data.Labelled);
        identity.Add("teacher", teacher ?? "none");
        return identity;
    }

    /// <summary>Describes the options alone, but for the seed.</summary>
    public static SortedDictionary<string, string> Of(TrainingOptions options)
    {
        var identity = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => !Left.Contains(property.Name)))
        {
            identity.Add(property.Name, Text(property.GetValue(options)));
        }

        return identity;
    }

    /// <exception cref="InvalidOperationException">The checkpoint is of another run; the message lists what differs.</exception>
    public static void Check(TrainingPosition checkpoint, string path, IReadOnlyDictionary<string, string> present)
    {
        string[] differences = [.. present.Keys.Union(checkpoint.Run.Keys)
            .Where(name => present.GetValueOrDefault(name) != checkpoint.Run.GetValueOrDefault(name))
            .Select(name => $"{Environment.NewLine}- {name} is {present.GetValueOrDefault(name, "absent")}, "
                + $"and was {checkpoint.Run.GetValueOrDefault(name, "absent")}")];
        if (differences.Length > 0)
        {
            throw new InvalidOperationException(
                $"The training cannot go on from '{path}', which is of another run:{string.Concat(differences)}"
                    + $"{Environment.NewLine}Take the same data, teacher and options, or begin anew in another CheckpointFolder.");
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        InputNormalization normalization =>
            $"{Text(normalization.Scale)}, {Text(normalization.Mean)}, {Text(normalization.StandardDeviation)}",
        IEnumerable values => $"[{string.Join(", ", values.Cast<object?>().Select(Text))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
