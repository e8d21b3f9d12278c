using System.Runtime.InteropServices;

namespace WCoRD.MLNet;

/// <summary>What recording wants of NVIDIA's driver and of libtorch: functions in C, whose names and arguments stay.</summary>
internal static class CudaDriver
{
    /// <summary>The environment variable that, set to 0, lets nothing be recorded.</summary>
    public const string Variable = "WCORD_RECORD";

    /// <summary>The driver.</summary>
    public const string Driver = "libcuda.so.1";

    /// <summary>libtorch's part for GPUs.</summary>
    public const string LibTorch = "libtorch_cuda.so";

    /// <summary>Ends a training where a call failed.</summary>
    /// <exception cref="InvalidOperationException">The code is not 0.</exception>
    public static void Check(int code, string function)
    {
        if (code != 0)
        {
            throw new InvalidOperationException(Invariant($"{function} failed with error {code} while a training step was recorded on the GPU: ")
                + $"update the driver, or set {Variable}=0 to train without recording.");
        }
    }

    [DllImport(Driver)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int cuMemGetInfo_v2(out nuint free, out nuint all);

    [DllImport(Driver)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int cuStreamCreate(out nint stream, uint flags);

    [DllImport(Driver)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int cuStreamDestroy_v2(nint stream);

    [DllImport(Driver)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int cuStreamWaitEvent(nint stream, nint awaited, uint flags);

    [DllImport(Driver)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int cuEventCreate(out nint made, uint flags);

    [DllImport(Driver)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int cuEventRecord(nint recorded, nint stream);

    [DllImport(Driver)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int cuEventDestroy_v2(nint made);

    [DllImport(Driver)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int cuStreamBeginCapture_v2(nint stream, int mode);

    [DllImport(Driver)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int cuStreamEndCapture(nint stream, out nint graph);

    [DllImport(Driver)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int cuGraphInstantiateWithFlags(out nint executable, nint graph, ulong flags);

    [DllImport(Driver)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int cuGraphDestroy(nint graph);

    [DllImport(Driver)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int cuGraphLaunch(nint executable, nint stream);

    [DllImport(Driver)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int cuGraphExecDestroy(nint executable);

    [DllImport(LibTorch)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int aoti_torch_create_cuda_guard(int device, out nint guard);

    [DllImport(LibTorch)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int aoti_torch_delete_cuda_guard(nint guard);

    [DllImport(LibTorch)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int aoti_torch_create_cuda_stream_guard(nint stream, int device, out nint guard);

    [DllImport(LibTorch)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int aoti_torch_delete_cuda_stream_guard(nint guard);
}
