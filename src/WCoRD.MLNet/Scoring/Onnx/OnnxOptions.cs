using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>How a network is exported: <see cref="NetworkTransformer.SaveOnnx"/>.</summary>
public sealed class OnnxOptions
{
    private const int LeastOpset = 13;
    private const int MostOpset = 17;

    /// <summary>What the network reads; null: bytes where the model's normalisation is that of pixels from 0 to 255, else floats.</summary>
    /// <value>Default null.</value>
    public OnnxInput? Input { get; set; }

    /// <summary>Whether the penultimate features are given too, as <c>Features</c>.</summary>
    /// <value>Default false; a model that learned no classes gives nothing else.</value>
    public bool AddFeatures { get; set; }

    /// <summary>The version of ONNX's operators, 13 to 17: the older, the more programs read the file.</summary>
    /// <value>Default 17.</value>
    public int Opset { get; set; } = MostOpset;

    /// <summary>The numbers that it computes with.</summary>
    /// <value>Default <c>Float32</c>.</value>
    public OnnxPrecision Precision { get; set; }

    /// <summary>Rows like those that it will score, with the model's input column, as some of the training rows: the ranges of numbers are
    /// measured on them. Needed for <c>Int8</c>.</summary>
    /// <value>Default null.</value>
    public IDataView? CalibrationSet { get; set; }

    /// <summary>How many of them are taken, evenly spread where their number is known; at least 1.</summary>
    /// <value>Default 512.</value>
    public int CalibrationRows { get; set; } = 512;

    /// <summary>How ranges are chosen.</summary>
    /// <value>Default <c>MeanSquaredError</c>.</value>
    public CalibrationKind Calibration { get; set; }

    /// <summary>
    /// Whether weights of <c>Int8</c> take seven bits. With all eight, processors without VNNI (before Intel's Ice Lake and AMD's Zen 4) lose
    /// points of accuracy without a word, because sums of two products overflow there; false is for those that have it.
    /// </summary>
    /// <value>Default true: right on every processor.</value>
    public bool ReduceRange { get; set; } = true;

    /// <summary>What a model with this normalisation reads.</summary>
    internal OnnxInput InputFor(InputNormalization normalization) => Input ?? (IsOfBytes(normalization) ? OnnxInput.Bytes : OnnxInput.Floats);

    // A model does not say what it learned from: bytes lie some deviations below and above the mean, and no other kind of pixels does.
    private static bool IsOfBytes(InputNormalization normalization) => normalization.Mean.Zip(normalization.StandardDeviation)
        .All(channel => -channel.First / channel.Second is > -10 and < -0.25f
            && ((byte.MaxValue * normalization.Scale) - channel.First) / channel.Second is > 0.25f and < 8);

    /// <summary>These options for the graph that a model is scored by.</summary>
    internal OnnxOptions ForScoring(ScoringEngine engine)
    {
        var own = (OnnxOptions)MemberwiseClone();
        (own.Input, own.AddFeatures) = (OnnxInput.Floats, true);
        own.Precision = engine == ScoringEngine.OnnxInt8 ? OnnxPrecision.Int8 : OnnxPrecision.Float32;
        return own;
    }

    internal void Validate()
    {
        var faults = new OptionFaults();
        faults.Check(Input is not { } input || Enum.IsDefined(input), nameof(Input), Input, string.Join(", ", Enum.GetNames<OnnxInput>()));
        faults.Check(
            Opset is >= LeastOpset and <= MostOpset, nameof(Opset), Opset, Invariant($"{LeastOpset} to {MostOpset}"));
        faults.Check(
            Enum.IsDefined(Precision), nameof(Precision), Precision, string.Join(", ", Enum.GetNames<OnnxPrecision>()));
        faults.Check(
            Enum.IsDefined(Calibration), nameof(Calibration), Calibration, string.Join(", ", Enum.GetNames<CalibrationKind>()));
        faults.Check(CalibrationRows >= 1, nameof(CalibrationRows), CalibrationRows, "at least 1");
        faults.Check(
            Precision != OnnxPrecision.Int8 || CalibrationSet is not null,
            nameof(CalibrationSet),
            "null",
            "rows to measure on, as some training rows, where Precision is Int8");
        faults.Throw(nameof(OnnxOptions));
    }
}
