namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>What a step is expected to cost.</summary>
/// <param name="Ranks">The number of processes.</param>
/// <param name="Rounds">Messages that wait for each other.</param>
/// <param name="Bytes">The bytes that a rank sends.</param>
/// <param name="Communication">Milliseconds of it.</param>
/// <param name="Step">Milliseconds of all.</param>
/// <param name="Efficiency">One process's time over that of all ranks together.</param>
internal sealed record PlannedStep(int Ranks, int Rounds, double Bytes, double Communication, double Step, double Efficiency);
