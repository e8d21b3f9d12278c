using System.Runtime.InteropServices;
using TorchSharp;
using static WCoRD.MLNet.CudaDriver;

namespace WCoRD.MLNet;

/// <summary>A CUDA graph: what a GPU was asked to do, one small piece after another, recorded and asked for as a whole.</summary>
/// <remarks>
/// <para>
/// A step is a thousand pieces of a few microseconds, each of which takes this side longer to ask for than the GPU to do. Recording asks
/// for them on streams of its own, which nothing else uses: libtorch gives the memory that one stream has let go of to no other, so that
/// the graph keeps what it computes with. Only where a GPU runs out of memory does libtorch take it back: so nothing is recorded where
/// little is left.
/// </para>
/// <para>TorchSharp has neither streams nor graphs.</para>
/// </remarks>
internal sealed class CudaGraph : IRecorder
{
    private const uint NonBlocking = 1;
    private const uint WithoutTime = 2;

    // Other threads may go on with what they do, and memory may be asked for.
    private const int Relaxed = 2;

    // The share of the GPU's memory that has to be free.
    private const int LeastFree = 8;
    private readonly torch.Device _device;
    private readonly nint _stream;
    private readonly nint _besides;
    private readonly nint _fork;
    private readonly nint _join;
    private nint _graph;

    private CudaGraph(torch.Device device)
    {
        _device = device;
        using var guard = new Guard(device);
        Check(cuStreamCreate(out _stream, NonBlocking), "cuStreamCreate");
        Check(cuStreamCreate(out _besides, NonBlocking), "cuStreamCreate");
        Check(cuEventCreate(out _fork, WithoutTime), "cuEventCreate");
        Check(cuEventCreate(out _join, WithoutTime), "cuEventCreate");
    }

    /// <summary>A recorder of a GPU's work; null: this process has none, or its libtorch or driver lacks what it needs.</summary>
    /// <param name="device">Where the work is done.</param>
    public static CudaGraph? On(torch.Device device)
    {
        if (device.type != DeviceType.CUDA || Environment.GetEnvironmentVariable(Variable) == "0" || !OperatingSystem.IsLinux()
            || !NativeLibrary.TryLoad(Driver, out nint driver) || !NativeLibrary.TryGetExport(driver, "cuGraphInstantiateWithFlags", out _)
            || !NativeLibrary.TryLoad(LibTorch, typeof(torch).Assembly, null, out nint library)
            || !NativeLibrary.TryGetExport(library, "aoti_torch_create_cuda_stream_guard", out _))
        {
            return null;
        }

        return new CudaGraph(device);
    }

    public bool HasRoom
    {
        get
        {
            using var guard = new Guard(_device);
            Check(cuMemGetInfo_v2(out nuint free, out nuint all), "cuMemGetInfo");
            return free > all / LeastFree;
        }
    }

    public void Prepare(Action work)
    {
        torch.cuda.synchronize(_device);
        using (new Guard(_device, _stream))
        {
            work();
            torch.cuda.synchronize(_device);
        }
    }

    public void Record(Action work)
    {
        Forget();
        torch.cuda.synchronize(_device);
        using (new Guard(_device, _stream))
        {
            Check(cuStreamBeginCapture_v2(_stream, Relaxed), "cuStreamBeginCapture");
            try
            {
                work();
            }
            catch (Exception fault)
            {
                // The stream has to be let go of however the work ended.
                _ = cuStreamEndCapture(_stream, out _);
                throw new InvalidOperationException(
                    $"A training step could not be recorded on the GPU: {fault.Message} Set {Variable}=0 to train without recording.", fault);
            }

            Check(cuStreamEndCapture(_stream, out nint recorded), "cuStreamEndCapture");
            int made = cuGraphInstantiateWithFlags(out _graph, recorded, 0);
            _ = cuGraphDestroy(recorded);
            Check(made, "cuGraphInstantiateWithFlags");
        }
    }

    public void Together(Action first, Action second)
    {
        Check(cuEventRecord(_fork, _stream), "cuEventRecord");
        Check(cuStreamWaitEvent(_besides, _fork, 0), "cuStreamWaitEvent");
        using (new Guard(_device, _besides))
        {
            first();
        }

        Check(cuEventRecord(_join, _besides), "cuEventRecord");
        second();
        Check(cuStreamWaitEvent(_stream, _join, 0), "cuStreamWaitEvent");
    }

    public void Replay()
    {
        using (new Guard(_device))
        {
            Check(cuGraphLaunch(_graph, 0), "cuGraphLaunch");
        }
    }

    public void Dispose()
    {
        torch.cuda.synchronize(_device);
        Forget();
        _ = cuStreamDestroy_v2(_stream);
        _ = cuStreamDestroy_v2(_besides);
        _ = cuEventDestroy_v2(_fork);
        _ = cuEventDestroy_v2(_join);
    }

    private void Forget()
    {
        if (_graph != 0)
        {
            torch.cuda.synchronize(_device);
            _ = cuGraphExecDestroy(_graph);
            _graph = 0;
        }
    }

    /// <summary>Makes a device, and maybe a stream of it, this thread's own for a while.</summary>
    private readonly struct Guard : IDisposable
    {
        private readonly nint _ofDevice;
        private readonly nint _ofStream;

        public Guard(torch.Device device, nint stream = 0)
        {
            Check(aoti_torch_create_cuda_guard(device.index, out _ofDevice), "aoti_torch_create_cuda_guard");
            if (stream != 0)
            {
                Check(aoti_torch_create_cuda_stream_guard(stream, device.index, out _ofStream), "aoti_torch_create_cuda_stream_guard");
            }
        }

        public void Dispose()
        {
            if (_ofStream != 0)
            {
                _ = aoti_torch_delete_cuda_stream_guard(_ofStream);
            }

            _ = aoti_torch_delete_cuda_guard(_ofDevice);
        }
    }
}
