using System.Reflection;
using System.Runtime.InteropServices;

namespace WCoRD.MLNet;

/// <summary>The functions of MPI that training needs, by the MPICH ABI: MPICH, Intel MPI, MVAPICH, Cray MPI; MS-MPI has the same handles.</summary>
internal static partial class NativeMpi
{
    public const int World = 0x44000000;
    public const int Byte = 0x4c00010d;
    public const int Float = 0x4c00040a;
    public const int Double = 0x4c00080b;
    public const int Sum = 0x58000003;
    public const int ErrorsReturn = 0x54000001;
    public const int ThreadSerialized = 2;
    public const int LongestText = 8192;
    public static readonly nint InPlace = -1;

    private const string Library = "mpi";
    private static readonly string[] Names = OperatingSystem.IsWindows() ? ["msmpi.dll"]
        : OperatingSystem.IsMacOS() ? ["libmpi.12.dylib", "libmpich.12.dylib"]
        : ["libmpich.so.12", "libmpi.so.12"];

    static NativeMpi() => NativeLibrary.SetDllImportResolver(typeof(NativeMpi).Assembly, Resolve);

    [LibraryImport(Library)]
    public static partial int MPI_Initialized(out int flag);

    [LibraryImport(Library)]
    public static partial int MPI_Finalized(out int flag);

    [LibraryImport(Library)]
    public static partial int MPI_Init_thread(nint argc, nint argv, int required, out int provided);

    [LibraryImport(Library)]
    public static partial int MPI_Comm_set_errhandler(int communicator, int handler);

    [LibraryImport(Library)]
    public static partial int MPI_Comm_rank(int communicator, out int rank);

    [LibraryImport(Library)]
    public static partial int MPI_Comm_size(int communicator, out int size);

    [LibraryImport(Library)]
    public static partial int MPI_Allreduce(nint send, nint receive, int count, int type, int operation, int communicator);

    [LibraryImport(Library)]
    public static partial int MPI_Allgather(nint send, int sendCount, int sendType, nint receive, int receiveCount, int receiveType, int communicator);

    [LibraryImport(Library)]
    public static partial int MPI_Alltoallv(
        nint send, nint sendCounts, nint sendPlaces, int sendType, nint receive, nint receiveCounts, nint receivePlaces, int receiveType, int communicator);

    [LibraryImport(Library)]
    public static partial int MPI_Bcast(nint values, int count, int type, int root, int communicator);

    [LibraryImport(Library)]
    public static partial int MPI_Error_string(int code, nint text, out int length);

    [LibraryImport(Library)]
    public static partial int MPI_Abort(int communicator, int code);

    [LibraryImport(Library)]
    public static partial int MPI_Finalize();

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
        {
            return 0;
        }

        foreach (string file in Names)
        {
            if (NativeLibrary.TryLoad(file, out nint handle))
            {
                return handle;
            }
        }

        throw new DllNotFoundException(
            $"No MPI was found: expected one of {string.Join(", ", Names)}. Install MPICH (Debian: apt-get install mpich), Intel MPI, MVAPICH or MS-MPI, "
                + "and start the processes by its own mpiexec.");
    }
}
