using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

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
    /// <param name="values">All that was read of the rows.</param>
    /// <param name="labels">The labels read.</param>
    /// <param name="teacher">What identifies the teacher; null: there is none.</param>
    public static IReadOnlyDictionary<string, string> Of(
        TrainingOptions options, int seed, IReadOnlyList<Tensor> values, long[] labels, string? teacher)
    {
        var identity = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => !Left.Contains(property.Name)))
        {
            identity.Add(property.Name, Text(property.GetValue(options)));
        }

        identity.Add(nameof(TrainingOptions.Seed), Text(seed));
        identity.Add("data", Invariant($"{labels.Length} rows, SHA-256 {DataHash(values, labels)}"));
        identity.Add("teacher", teacher ?? "none");
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

    private const long Chunk = 1024;

    private static string DataHash(IReadOnlyList<Tensor> values, long[] labels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Tensor value in values)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{value.dtype} {InvariantText.Join(",", value.shape)}\n"));
            // In pieces: all rows may be more than one array holds.
            for (long from = 0; from < value.shape[0]; from += Chunk)
            {
                using Tensor rows = value.narrow(0, from, Math.Min(Chunk, value.shape[0] - from));
                hash.AppendData(rows.bytes);
            }
        }

        hash.AppendData(MemoryMarshal.AsBytes(labels.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
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
