namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>What all ranks do at once.</summary>
internal enum CollectiveKind
{
    /// <summary>All get the sum of what each has.</summary>
    AllReduce,

    /// <summary>All get what each has.</summary>
    AllGather,

    /// <summary>Each gets what every other has for it.</summary>
    AllToAll,
}
