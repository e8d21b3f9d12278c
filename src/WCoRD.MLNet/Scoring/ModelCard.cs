using System.Globalization;

namespace WCoRD.MLNet;

/// <summary>What a model is, what it reads, and how it came to be; <see cref="ToString"/> writes it for people.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource), PreferredMimeTypes = [HtmlFormatterSource.MimeType])]
public sealed class ModelCard
{
    private const int NamesShown = 10;
    private readonly EpochMetrics? _best;

    internal ModelCard(ModelDescription description, TrainingHistory? history)
    {
        bool classifies = description.ScoreColumnName is not null;
        Task = classifies ? "image classification" : "image features";
        Network = description.Network;
        Classes = classifies ? description.Classes : null;
        ClassNames = classifies ? description.ClassNames : null;
        Input = Invariant($"{description.InputColumnName}: {description.Channels} x {description.Height} x {description.Width} ")
            + "(channels x height x width), Byte or Single";
        Normalization = description.Normalization;
        AddedColumnNames =
        [
            .. new[] { description.ScoreColumnName, description.PredictedLabelColumnName, description.FeaturesColumnName }
                .OfType<string>(),
        ];
        Run = history?.Run ?? new Dictionary<string, string>();
        LastEpoch = history is { Epochs: [.., var last] } ? last : null;
        _best = history?.Epochs.FirstOrDefault(epoch => epoch.Epoch == history.ReturnedEpoch);
        Ended = history?.Ended;
    }

    /// <summary>Image classification, or image features.</summary>
    public string Task { get; }

    /// <summary>The network's name in <see cref="NetworkCatalog"/>.</summary>
    public string Network { get; }

    /// <summary>The number of classes; null where none were learned.</summary>
    public int? Classes { get; }

    /// <summary>Their names, in order of their keys; null where the label had none.</summary>
    public IReadOnlyList<string>? ClassNames { get; }

    /// <summary>The column read and its shape.</summary>
    public string Input { get; }

    /// <summary>How pixel values are normalised.</summary>
    public InputNormalization Normalization { get; }

    /// <summary>The names of the columns added.</summary>
    public IReadOnlyList<string> AddedColumnNames { get; }

    /// <summary>
    /// Its training's options, data, teacher and library versions, as text: see <see cref="TrainingHistory.Run"/>; empty where unknown.
    /// </summary>
    public IReadOnlyDictionary<string, string> Run { get; }

    /// <summary>The metrics of the last epoch; null where unknown.</summary>
    public EpochMetrics? LastEpoch { get; }

    /// <summary>When the training ended; null where unknown.</summary>
    public DateTimeOffset? Ended { get; }

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
            yield return (
                "classes",
                ClassNames is null ? Invariant($"{classes}")
                    : Invariant($"{classes}: {string.Join(", ", ClassNames.Take(NamesShown))}{more}"));
        }

        yield return ("reads", Input);
        yield return (
            "normalises",
            Invariant($"(value x {Normalization.Scale} - ({Numbers(Normalization.Mean)})) / ({Numbers(Normalization.StandardDeviation)})"));
        yield return ("adds", string.Join(", ", AddedColumnNames));
        if (LastEpoch is { } last)
        {
            yield return ("last epoch", Line(last));
        }

        if (_best is not null)
        {
            yield return ("best epoch", $"{Line(_best)}; the weights are those of this one");
        }

        if (Ended is { } ended)
        {
            yield return ("trained", Invariant($"until {ended.UtcDateTime:yyyy-MM-dd HH:mm} UTC"));
        }

        // Options that were left open tell nothing.
        foreach ((string name, string value) in Run.Where(option => option.Value != "null"))
        {
            yield return ($"  {name}", value);
        }

        static string Numbers(IReadOnlyList<float> values) =>
            string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)));

        static string Line(EpochMetrics epoch) =>
            Invariant($"{epoch.Epoch} of {epoch.Epochs}: loss {epoch.Loss:F4}{Share(", accuracy on training rows", epoch.Accuracy)}")
                + Share(", on validation rows", epoch.ValidationAccuracy);

        static string Share(string name, double? share) => share is { } value ? Invariant($"{name} {value:P1}") : "";
    }
}
