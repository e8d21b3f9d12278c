namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>What one engine makes of a model.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Megabytes">Its network as an ONNX file; by libtorch, that of floats.</param>
/// <param name="Top1">Of the test rows, in percent.</param>
/// <param name="Top5">Of the test rows, in percent.</param>
/// <param name="Rate">Images a second through <c>Transform</c>, in batches of 32.</param>
/// <param name="Slowest">The least of all repeats.</param>
/// <param name="Fastest">The most of all repeats.</param>
/// <param name="Milliseconds">One row by a row-to-row mapper, as a <c>PredictionEngine</c> has one.</param>
internal sealed record EngineTimes(
    ScoringEngine Engine, double Megabytes, double Top1, double Top5, double Rate, double Slowest, double Fastest, double Milliseconds);
