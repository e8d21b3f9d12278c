using System.Globalization;
using System.Runtime.InteropServices;

namespace WCoRD.MLNet;

/// <summary>The processes that <c>mpiexec</c> started: one a machine, a socket or a GPU.</summary>
/// <remarks>
/// MPI is MPICH's or one of its ABI: MPICH, Intel MPI, MVAPICH, Cray MPI; on Windows MS-MPI. Open MPI has another. One training at a time
/// uses it.
/// </remarks>
public sealed class MpiCommunicator : Communicator
{
    // What launchers tell the processes that they start.
    private static readonly string[] Launchers = ["PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS"];

    private MpiCommunicator()
    {
        Check(NativeMpi.MPI_Init_thread(0, 0, NativeMpi.ThreadSerialized, out int provided));
        if (provided < NativeMpi.ThreadSerialized)
        {
            throw new NotSupportedException("This MPI serves a process of one thread only, and .NET has more: expected one that was built for "
                + "threads, as usual (MPI_THREAD_SERIALIZED).");
        }

        // Else an error ends the process without a word of .NET's.
        Check(NativeMpi.MPI_Comm_set_errhandler(NativeMpi.World, NativeMpi.ErrorsReturn));
        Check(NativeMpi.MPI_Comm_rank(NativeMpi.World, out int rank));
        Check(NativeMpi.MPI_Comm_size(NativeMpi.World, out int size));
        (Rank, Size) = (rank, size);
        if (size == 1 && Launched() is var (variable, started) && started > 1)
        {
            throw new InvalidOperationException(Invariant($"{variable} says that {started} processes were started, but MPI finds this one alone: ")
                + "expected the launcher of the MPI that is loaded. Start them by MPICH's mpiexec (Debian: mpiexec.mpich), not by Open MPI's, "
                + "or under Slurm by srun --mpi=pmi2.");
        }
    }

    /// <summary>Whether a launcher like <c>mpiexec</c> started more processes than this.</summary>
    public static bool IsLaunched => Launched() is (_, > 1);

    /// <inheritdoc/>
    public override int Rank { get; }

    /// <inheritdoc/>
    public override int Size { get; }

    /// <summary>Joins the processes that were started together. Once in a process.</summary>
    /// <exception cref="DllNotFoundException">There is no MPI.</exception>
    /// <exception cref="InvalidOperationException">More processes were started than this MPI finds, or MPI was started before.</exception>
    /// <exception cref="NotSupportedException">This MPI serves a process of one thread only.</exception>
    public static MpiCommunicator Start()
    {
        Check(NativeMpi.MPI_Initialized(out int isStarted));
        return isStarted == 0
            ? new MpiCommunicator()
            : throw new InvalidOperationException("MPI was started in this process before, and starts but once: keep the communicator, and give "
                + "it to every training.");
    }

    /// <inheritdoc/>
    public override void AllReduce(Span<float> values) => Reduce(MemoryMarshal.AsBytes(values), values.Length, NativeMpi.Float);

    /// <inheritdoc/>
    public override void AllReduce(Span<double> values) => Reduce(MemoryMarshal.AsBytes(values), values.Length, NativeMpi.Double);

    /// <inheritdoc/>
    public override unsafe void AllGather(ReadOnlySpan<byte> own, Span<byte> all)
    {
        if (all.Length != (long)own.Length * Size)
        {
            throw new ArgumentException(Invariant($"{all.Length} bytes are to take {own.Length} of each of {Size} ranks."), nameof(all));
        }

        fixed (byte* send = own, receive = all)
        {
            Check(NativeMpi.MPI_Allgather(
                (nint)send, own.Length, NativeMpi.Byte, (nint)receive, own.Length, NativeMpi.Byte, NativeMpi.World));
        }
    }

    /// <inheritdoc/>
    public override unsafe void AllToAll(
        ReadOnlySpan<byte> sent, ReadOnlySpan<int> sentCounts, Span<byte> received, ReadOnlySpan<int> receivedCounts)
    {
        int[] sentPlaces = PlacesOf(sentCounts, sent.Length, nameof(sentCounts));
        int[] receivedPlaces = PlacesOf(receivedCounts, received.Length, nameof(receivedCounts));
        fixed (byte* send = sent, receive = received)
        fixed (int* sendCounts = sentCounts, sendPlaces = sentPlaces, receiveCounts = receivedCounts, receivePlaces = receivedPlaces)
        {
            Check(NativeMpi.MPI_Alltoallv(
                (nint)send,
                (nint)sendCounts,
                (nint)sendPlaces,
                NativeMpi.Byte,
                (nint)receive,
                (nint)receiveCounts,
                (nint)receivePlaces,
                NativeMpi.Byte,
                NativeMpi.World));
        }
    }

    /// <inheritdoc/>
    public override unsafe void Broadcast(Span<byte> values)
    {
        fixed (byte* first = values)
        {
            Check(NativeMpi.MPI_Bcast((nint)first, values.Length, NativeMpi.Byte, 0, NativeMpi.World));
        }
    }

    /// <inheritdoc/>
    public override void Abort(string reason)
    {
        Console.Error.WriteLine($"WCoRD.MLNet: {reason} All ranks end.");
        _ = NativeMpi.MPI_Abort(NativeMpi.World, 1);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (NativeMpi.MPI_Finalized(out int isEnded) == 0 && isEnded == 0)
        {
            _ = NativeMpi.MPI_Finalize();
        }
    }

    private static (string Variable, int Count)? Launched()
    {
        foreach (string name in Launchers)
        {
            if (int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int count))
            {
                return (name, count);
            }
        }

        return null;
    }

    // Where each rank's begin.
    private int[] PlacesOf(ReadOnlySpan<int> counts, int length, string name)
    {
        int[] places = new int[Size];
        long sum = 0;
        for (int rank = 0; rank < counts.Length && rank < Size; rank++)
        {
            places[rank] = (int)sum;
            sum += counts[rank];
        }

        return counts.Length == Size && sum == length
            ? places
            : throw new ArgumentException(Invariant($"{counts.Length} counts of sum {sum}: expected {Size} of sum {length}."), name);
    }

    private static unsafe void Reduce(Span<byte> bytes, int count, int type)
    {
        fixed (byte* first = bytes)
        {
            Check(NativeMpi.MPI_Allreduce(NativeMpi.InPlace, (nint)first, count, type, NativeMpi.Sum, NativeMpi.World));
        }
    }

    private static unsafe void Check(int code)
    {
        if (code == 0)
        {
            return;
        }

        byte* text = stackalloc byte[NativeMpi.LongestText];
        string reason = NativeMpi.MPI_Error_string(code, (nint)text, out int length) == 0
            ? Marshal.PtrToStringUTF8((nint)text, length)
            : "no text";
        throw new InvalidOperationException(Invariant($"MPI failed with error {code}: {reason}."));
    }
}
