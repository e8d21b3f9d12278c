namespace WCoRD.MLNet;

/// <summary>How the range of numbers that eight bits stand for is chosen from what the calibration rows gave.</summary>
public enum CalibrationKind
{
    /// <summary>Of the range that nine images in ten stay within, the part that has the least mean squared error: the few largest numbers
    /// are cut off.</summary>
    MeanSquaredError,

    /// <summary>From the least to the largest.</summary>
    MinMax,
}
