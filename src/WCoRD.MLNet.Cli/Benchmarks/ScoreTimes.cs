namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>How fast a model scores.</summary>
/// <param name="Network">The network.</param>
/// <param name="Batch">Rows scored by one network call.</param>
/// <param name="Pipeline">Images a second through <c>Transform</c> and a cursor.</param>
/// <param name="Direct">Images a second of the same network called on ready tensors.</param>
internal sealed record ScoreTimes(string Network, int Batch, double Pipeline, double Direct);
