using System.Runtime.InteropServices;

namespace WCoRD.MLNet.Tests;

/// <summary>Ranks that are threads of this process. Of what all call, only kind and size must match: else all of them end.</summary>
internal sealed class ThreadCommunicator : Communicator
{
    private readonly Meeting _meeting;

    private ThreadCommunicator(Meeting meeting, int rank) => (_meeting, Rank) = (meeting, rank);

    public override int Rank { get; }

    public override int Size => _meeting.Slots.Length;

    public string? Aborted => _meeting.Aborted;

    /// <summary>Does something on each of several ranks; gives what each returned or threw.</summary>
    public static (T? Result, Exception? Fault)[] Run<T>(int ranks, Func<ThreadCommunicator, T> work)
    {
        var meeting = new Meeting(ranks);
        var found = new (T?, Exception?)[ranks];
        Thread[] threads = [.. Enumerable.Range(0, ranks).Select(rank => new Thread(() =>
        {
            try
            {
                found[rank] = (work(new ThreadCommunicator(meeting, rank)), null);
            }
            catch (Exception fault)
            {
                found[rank] = (default, fault);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        foreach (Thread thread in threads)
        {
            Assert.IsTrue(thread.Join(TimeSpan.FromSeconds(20)), "A rank waits for the others.");
        }

        return found;
    }

    public override void AllReduce(Span<float> values)
    {
        Span<float> sums = values;
        byte[][] all = Meet("float", MemoryMarshal.AsBytes(values).ToArray());
        sums.Clear();
        foreach (byte[] bytes in all)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(sums, MemoryMarshal.Cast<byte, float>(bytes), sums);
        }
    }

    public override void AllReduce(Span<double> values)
    {
        byte[][] all = Meet("double", MemoryMarshal.AsBytes(values).ToArray());
        values.Clear();
        foreach (byte[] bytes in all)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(values, MemoryMarshal.Cast<byte, double>(bytes), values);
        }
    }

    public override void AllGather(ReadOnlySpan<byte> own, Span<byte> all)
    {
        foreach ((int rank, byte[] bytes) in Meet("gather", own.ToArray()).Index())
        {
            bytes.CopyTo(all[(rank * own.Length)..]);
        }
    }

    public override void AllToAll(ReadOnlySpan<byte> sent, ReadOnlySpan<int> sentCounts, Span<byte> received, ReadOnlySpan<int> receivedCounts)
    {
        byte[] own = sent.ToArray();
        byte[] places = MemoryMarshal.AsBytes(sentCounts).ToArray();
        byte[][] counts = Meet("counts", places), all = Meet("exchange", own, sameSize: false);
        int at = 0;
        for (int rank = 0; rank < Size; rank++)
        {
            int[] given = MemoryMarshal.Cast<byte, int>(counts[rank]).ToArray();
            Assert.AreEqual(given[Rank], receivedCounts[rank]);
            all[rank].AsSpan(given[..Rank].Sum(), given[Rank]).CopyTo(received[at..]);
            at += given[Rank];
        }

        Assert.AreEqual(received.Length, at);
    }

    public override void Broadcast(Span<byte> values) => Meet("broadcast", values.ToArray())[0].CopyTo(values);

    public override void Abort(string reason)
    {
        _meeting.Aborted = reason;
        throw new InvalidOperationException(reason);
    }

    protected override void Dispose(bool disposing)
    {
    }

    private byte[][] Meet(string kind, byte[] own, bool sameSize = true)
    {
        (_meeting.Slots[Rank], _meeting.Kinds[Rank]) = (own, kind);
        _meeting.Barrier.SignalAndWait();
        byte[][] all = [.. _meeting.Slots];
        bool isAlike = _meeting.Kinds.Distinct().Count() == 1 && (!sameSize || all.Select(slot => slot.Length).Distinct().Count() == 1);
        _meeting.Barrier.SignalAndWait();
        return isAlike ? all : throw new InvalidOperationException("The ranks called different operations.");
    }

    private sealed class Meeting(int ranks)
    {
        public Barrier Barrier { get; } = new(ranks);

        public byte[][] Slots { get; } = new byte[ranks][];

        public string[] Kinds { get; } = new string[ranks];

        public string? Aborted { get; set; }
    }
}
