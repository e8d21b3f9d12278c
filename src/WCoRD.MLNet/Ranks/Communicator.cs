namespace WCoRD.MLNet;

/// <summary>
/// The processes that train one model together, and how they talk: MPI's in the package WCoRD.MLNet.Mpi. Each process is a rank; every rank
/// calls <c>Fit</c> with the same rows, options and teacher, and all get the same model.
/// </summary>
/// <remarks>Every operation is collective: it ends when all ranks have called it, in the same order.</remarks>
public abstract class Communicator : IDisposable
{
    /// <summary>The number of this process, from 0 to <see cref="Size"/> - 1.</summary>
    public abstract int Rank { get; }

    /// <summary>The number of processes.</summary>
    public abstract int Size { get; }

    /// <summary>Adds up each value over all ranks, in place. All ranks get the same sums, bit for bit.</summary>
    /// <param name="values">As many on every rank.</param>
    public abstract void AllReduce(Span<float> values);

    /// <inheritdoc cref="AllReduce(Span{float})"/>
    public abstract void AllReduce(Span<double> values);

    /// <summary>Gives every rank the values of all, one rank's after the other's.</summary>
    /// <param name="own">This rank's, as many on every rank.</param>
    /// <param name="all">Takes all of them: <see cref="Size"/> times as many.</param>
    public abstract void AllGather(ReadOnlySpan<byte> own, Span<byte> all);

    /// <summary>Gives every rank what each other has for it.</summary>
    /// <param name="sent">What this rank gives, one rank's after the other's.</param>
    /// <param name="sentCounts">How much of it each rank gets.</param>
    /// <param name="received">Takes what the others give, one rank's after the other's.</param>
    /// <param name="receivedCounts">How much of it each rank gives.</param>
    public abstract void AllToAll(ReadOnlySpan<byte> sent, ReadOnlySpan<int> sentCounts, Span<byte> received, ReadOnlySpan<int> receivedCounts);

    /// <summary>Gives every rank the values of rank 0.</summary>
    /// <param name="values">On rank 0 what is given; on the others, as long, what takes it.</param>
    public abstract void Broadcast(Span<byte> values);

    /// <summary>Ends all ranks at once, where one cannot go on and the others wait for it.</summary>
    /// <param name="reason">What happened, for whoever reads the job's output.</param>
    public abstract void Abort(string reason);

    /// <summary>Ends the communication. Every rank calls it, after its last <c>Fit</c>.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the communication.</summary>
    /// <param name="disposing">Whether called by <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);
}
