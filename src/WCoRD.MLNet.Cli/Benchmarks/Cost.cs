namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>What a step costs with one setting changed.</summary>
/// <param name="Axis">What is changed.</param>
/// <param name="Value">To what.</param>
/// <param name="Live">Milliseconds of a step with a live teacher, float32.</param>
/// <param name="Stored">The same with stored views.</param>
/// <param name="PeakMegabytes">The most memory that the process took.</param>
/// <param name="ViewMegabytes">What a stored view of all rows takes on the disk, but for its checksums.</param>
internal sealed record Cost(string Axis, string Value, double Live, double Stored, double PeakMegabytes, double ViewMegabytes);
