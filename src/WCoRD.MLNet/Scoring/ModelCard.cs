using System.Globalization;

namespace WCoRD.MLNet;

/// <summary>What a model is, what it reads, and how it came to be; <see cref="ToString"/> writes it for people.</summary>
/// <param name="Task">Classification, or features.</param>
/// <param name="Network">The network's name in <see cref="NetworkCatalog"/>.</param>
/// <param name="Classes">The number of classes; null where none were learned.</param>
/// <param name="ClassNames">Their names, in order of their keys; null where the label had none.</param>
/// <param name="Input">The column read and its shape.</param>
/// <param name="Normalization">How pixel values are normalised.</param>
/// <param name="Columns">The columns added.</param>
/// <param name="Training">Its training's options, data, teacher and library versions, as text; empty where unknown.</param>
/// <param name="LastEpoch">The metrics of the last epoch; null where unknown.</param>
/// <param name="Ended">When the training ended; null where unknown.</param>
[TypeFormatterSource(typeof(HtmlFormatterSource), PreferredMimeTypes = [HtmlFormatterSource.MimeType])]
public sealed record ModelCard(
    string Task,
    string Network,
    int? Classes,
    IReadOnlyList<string>? ClassNames,
    string Input,
    InputNormalization Normalization,
    IReadOnlyList<string> Columns,
    IReadOnlyDictionary<string, string> Training,
    EpochMetrics? LastEpoch,
    DateTimeOffset? Ended)
{
    private const int NamesShown = 10;

    internal static ModelCard Of(ModelDescription description, TrainingHistory? history)
    {
        bool classifies = description.ScoreColumnName is not null;
        string[] columns = [.. ((string?[])[description.ScoreColumnName, description.PredictedLabelColumnName, description.FeaturesColumnName]).OfType<string>()];
        return new ModelCard(
            classifies ? "image classification" : "image features",
            description.Network,
            classifies ? description.Classes : null,
            classifies ? description.ClassNames : null,
            Invariant($"{description.InputColumnName}: {description.Channels} x {description.Height} x {description.Width} (channels x height x width), Byte or Single"),
            description.Normalization,
            columns,
            history?.Run ?? new Dictionary<string, string>(),
            history is { Epochs: [.., var last] } ? last : null,
            history?.Ended);
    }

    /// <summary>The card as lines of text.</summary>
    /// <returns>Text.</returns>
    public override string ToString() => string.Concat(Lines().Select(line => $"{line.Name,-26}{line.Value}\n"));

    /// <summary>The names and values that a card lists.</summary>
    internal IEnumerable<(string Name, string Value)> Lines()
    {
        yield return ("task", Task);
        yield return ("network", Network);
        if (Classes is { } classes)
        {
            string more = ClassNames?.Count > NamesShown ? ", ..." : "";
            yield return ("classes", ClassNames is null ? Invariant($"{classes}") : Invariant($"{classes}: {string.Join(", ", ClassNames.Take(NamesShown))}{more}"));
        }

        yield return ("reads", Input);
        yield return ("normalises", Invariant($"(value x {Normalization.Scale} - ({Numbers(Normalization.Mean)})) / ({Numbers(Normalization.StandardDeviation)})"));
        yield return ("adds", string.Join(", ", Columns));
        if (LastEpoch is { } last)
        {
            yield return ("last epoch", Invariant($"{last.Epoch} of {last.Epochs}: loss {last.Loss:F4}{Share(", accuracy on training rows", last.Accuracy)}{Share(", on validation rows", last.ValidationAccuracy)}"));
        }

        if (Ended is { } ended)
        {
            yield return ("trained", Invariant($"until {ended.UtcDateTime:yyyy-MM-dd HH:mm} UTC"));
        }

        // Options that were left open tell nothing.
        foreach ((string name, string value) in Training.Where(option => option.Value != "null"))
        {
            yield return ($"  {name}", value);
        }

        static string Numbers(IReadOnlyList<float> values) => string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)));

        static string Share(string name, double? share) => share is { } value ? Invariant($"{name} {value:P1}") : "";
    }
}
