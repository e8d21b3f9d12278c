namespace WCoRD.MLNet;

/// <summary>What must be known of a trained network, beside its weights, to score rows with it.</summary>
/// <param name="Network">A name of <see cref="NetworkCatalog"/>.</param>
/// <param name="Channels">Channels of the input column.</param>
/// <param name="Height">Height of the input column, in pixels.</param>
/// <param name="Width">Width of the input column, in pixels.</param>
/// <param name="Classes">The number of classes.</param>
/// <param name="ClassValues">The label's key values; null where the label had none.</param>
/// <param name="Normalization">How pixel values are normalised.</param>
/// <param name="InputColumnName">The column read.</param>
/// <param name="ScoreColumnName">The added column of probabilities; null, like the next, where no label was learned.</param>
/// <param name="PredictedLabelColumnName">The added column of the predicted key; null: none.</param>
/// <param name="FeaturesColumnName">The added column of penultimate features, or null.</param>
/// <param name="BatchSize">Rows scored by one network call.</param>
internal sealed record ModelDescription(
    string Network,
    int Channels,
    int Height,
    int Width,
    int Classes,
    ClassValues? ClassValues,
    InputNormalization Normalization,
    string InputColumnName,
    string? ScoreColumnName,
    string? PredictedLabelColumnName,
    string? FeaturesColumnName,
    int BatchSize)
{
    /// <summary>The label's key values as text; null where the label had none.</summary>
    public IReadOnlyList<string>? ClassNames => ClassValues?.Names;

    /// <summary>The columns added, in their order.</summary>
    public IEnumerable<string> AddedColumns => new[] { PredictedLabelColumnName, ScoreColumnName, FeaturesColumnName }.OfType<string>();
}
