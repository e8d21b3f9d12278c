namespace WCoRD.MLNet;

/// <summary>Which outputs of an ONNX model are its scores and its features.</summary>
/// <param name="Scores">The scores; null: none are known.</param>
/// <param name="Features">The features.</param>
/// <param name="Missing">Why there are no scores; null: there are.</param>
internal sealed record OnnxOutputs(OnnxOutput? Scores, OnnxOutput Features, string? Missing)
{
    private const string ScoreOption = $"{nameof(OnnxTeacherOptions)}.{nameof(OnnxTeacherOptions.ScoreOutput)}";
    private const string FeaturesOption = $"{nameof(OnnxTeacherOptions)}.{nameof(OnnxTeacherOptions.FeaturesOutput)}";

    /// <summary>The names of both, each once.</summary>
    public string[] Names => [.. new[] { Features, Scores }.OfType<OnnxOutput>().Select(output => output.Name).Distinct()];

    /// <summary>Chooses: what is named, else what fits alone.</summary>
    /// <param name="model">The model's name, for messages.</param>
    /// <param name="given">All outputs that a run gave.</param>
    /// <param name="options">The options.</param>
    /// <param name="label">The rows' label; null: they have none.</param>
    /// <exception cref="ArgumentException">None fits, or more than one; the message lists the outputs and names the option.</exception>
    public static OnnxOutputs Choose(string model, IReadOnlyList<OnnxOutput> given, OnnxTeacherOptions options, LabelColumn? label)
    {
        string all = Invariant($"The ONNX model '{model}' gives {Join(given)} of {given[0].Batch} image(s)");
        (OnnxOutput? scores, string? missing) = FindScores(all, given, options, label);
        if (options.FeaturesOutput is { } named)
        {
            return new OnnxOutputs(scores, Named(given, named, FeaturesOption, "features [batch, features], or maps", all), missing);
        }

        // Another output of as many numbers is the scores once more, as probabilities beside logits.
        OnnxOutput[] others = [.. given.Where(output => output.Size > 0 && output != scores && !(scores is not null && output.Size == scores.Size))];
        return others switch
        {
            [var one] => new OnnxOutputs(scores, one, missing),
            [] when scores is not null => new OnnxOutputs(scores, scores, missing),
            [] => throw new ArgumentException($"{all}, none of which are features: expected [batch, features], or maps. "
                + $"Name a tensor within the graph in {FeaturesOption}; where only the number of images is wrong, "
                + $"set {nameof(OnnxTeacherOptions)}.{nameof(options.BatchSize)} to 1."),
            _ => throw new ArgumentException($"{all}: {Join(others)} may be the features. Name one in {FeaturesOption}."),
        };
    }

    private static (OnnxOutput? Scores, string? Missing) FindScores(
        string all, IReadOnlyList<OnnxOutput> given, OnnxTeacherOptions options, LabelColumn? label)
    {
        if (options.ScoreOutput is { } named)
        {
            OnnxOutput scores = Named(given, named, ScoreOption, "scores [batch, classes] of at least 2 classes", all);
            if (!scores.IsVector || scores.Size < 2)
            {
                throw new ArgumentException($"{all}: {ScoreOption} is '{named}', "
                    + "but expected are scores [batch, classes] of at least 2 classes.");
            }

            return options.ClassNames is { } names && names.Count != scores.Size
                ? throw new ArgumentException(Invariant($"{all}: {nameof(options.ClassNames)} of {nameof(OnnxTeacherOptions)} ")
                    + Invariant($"names {names.Count} classes, but the scores '{named}' are of {scores.Size}: expected as many."))
                : (scores, null);
        }

        if ((options.ClassNames?.Count ?? label?.Classes) is not { } classes)
        {
            return (null, $"{all}, and without a label nothing tells which of it are scores: name it in {ScoreOption}.");
        }

        string reason = options.ClassNames is null ? $"column '{label!.Column.Name}' has" : $"{nameof(options.ClassNames)} names";
        return given.Where(output => output.IsVector && output.Size == classes).ToArray() switch
        {
            [var one] => (one, null),
            [] when options.ClassNames is null =>
                (null, Invariant($"{all}, none of which is a score for each of the {classes} classes that {reason}; ")
                    + $"if one of it is, name it in {ScoreOption}."),
            [] => throw new ArgumentException(Invariant($"{all}, none of which is a score for each of the {classes} classes that {reason}: ")
                + $"name as many classes as it scores, or the scores in {ScoreOption}."),
            var several => throw new ArgumentException(
                Invariant($"{all}: {Join(several)} may be the scores of the {classes} classes that {reason}. Name one in {ScoreOption}.")),
        };
    }

    private static OnnxOutput Named(IReadOnlyList<OnnxOutput> given, string name, string option, string expected, string all)
    {
        OnnxOutput output = given.Single(output => output.Name == name);
        return output.Size > 0 ? output : throw new ArgumentException($"{all}: {option} is '{name}', but expected are {expected}.");
    }

    private static string Join(IEnumerable<OnnxOutput> outputs) => string.Join(", ", outputs);
}
