namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>Counts what ranks ask of each other.</summary>
/// <param name="inner">What does it; it stays its owner's.</param>
internal sealed class CountingCommunicator(Communicator inner) : Communicator
{
    private readonly List<Collective> _calls = [];

    public override int Rank => inner.Rank;

    public override int Size => inner.Size;

    /// <summary>The calls since this was asked last.</summary>
    public Collective[] Take()
    {
        Collective[] calls = [.. _calls];
        _calls.Clear();
        return calls;
    }

    public override void AllReduce(Span<float> values)
    {
        _calls.Add(new Collective(CollectiveKind.AllReduce, values.Length, sizeof(float)));
        inner.AllReduce(values);
    }

    public override void AllReduce(Span<double> values)
    {
        _calls.Add(new Collective(CollectiveKind.AllReduce, values.Length, sizeof(double)));
        inner.AllReduce(values);
    }

    public override void AllGather(ReadOnlySpan<byte> own, Span<byte> all)
    {
        _calls.Add(new Collective(CollectiveKind.AllGather, own.Length, 1));
        inner.AllGather(own, all);
    }

    public override void AllToAll(ReadOnlySpan<byte> sent, ReadOnlySpan<int> sentCounts, Span<byte> received, ReadOnlySpan<int> receivedCounts)
    {
        _calls.Add(new Collective(CollectiveKind.AllToAll, sent.Length - sentCounts[Rank], 1));
        inner.AllToAll(sent, sentCounts, received, receivedCounts);
    }

    // Before the first step only.
    public override void Broadcast(Span<byte> values) => inner.Broadcast(values);

    public override void Abort(string reason) => inner.Abort(reason);

    protected override void Dispose(bool disposing)
    {
    }
}
