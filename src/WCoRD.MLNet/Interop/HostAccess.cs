using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TorchSharp;

namespace WCoRD.MLNet;

/// <summary>What an estimator needs of its ML.NET environment and cannot reach by public API.</summary>
internal static class HostAccess
{
    /// <summary>The environment behind <c>mlContext.MulticlassClassification.Trainers</c>.</summary>
    public static IHostEnvironment Environment(MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers) =>
        CatalogUtils.GetEnvironment(trainers);

    /// <summary>The environment behind <c>mlContext.Data</c>.</summary>
    public static IHostEnvironment Environment(DataOperationsCatalog data) => CatalogUtils.GetEnvironment(data);

    /// <summary>The environment behind <c>mlContext.Transforms</c>.</summary>
    public static IHostEnvironment Environment(TransformsCatalog transforms) => CatalogUtils.GetEnvironment(transforms);

    /// <summary>Draws a seed from the host's own stream, which follows <c>MLContext</c>'s seed in order of registration.</summary>
    public static int NextSeed(IHost host) => host.Rand.Next();

    /// <summary>The seed given to <c>MLContext</c>; null where none was.</summary>
    public static int? Seed(IHostEnvironment environment) => (environment as IHostEnvironmentInternal)?.Seed;

    /// <summary>The device that <c>MLContext.GpuDeviceId</c> asks for; the CPU where it is null.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="say">Told of a fall back to the CPU.</param>
    /// <exception cref="InvalidOperationException">There is no such GPU, and <c>MLContext.FallbackToCpu</c> is false.</exception>
    public static torch.Device Device(IHostEnvironment environment, Action<string> say)
    {
        TorchRuntime.EnsureLoaded();
        if (environment is not IHostEnvironmentInternal { GpuDeviceId: { } id } own)
        {
            return torch.CPU;
        }

        int found = torch.cuda_is_available() ? torch.cuda.device_count() : 0;
        if (id >= 0 && id < found)
        {
            return new torch.Device(DeviceType.CUDA, id);
        }

        string fault = Invariant($"GpuDeviceId is {id}, but libtorch finds {found} GPU(s)");
        if (!own.FallbackToCpu)
        {
            throw new InvalidOperationException(
                $"{fault}: expected {(found == 0 ? "one" : Invariant($"a number below {found}"))}. "
                    + "Add TorchSharp-cuda-linux in place of TorchSharp-cpu to the application, check the driver (nvidia-smi), "
                    + "or set MLContext.FallbackToCpu.");
        }

        say($"{fault}: the CPU is taken");
        return torch.CPU;
    }

    /// <summary>Whether <c>MLContext.CancelExecution</c> was called after this host was registered.</summary>
    public static bool IsCanceled(IHostEnvironment environment) => environment is ICancelable { IsCanceled: true };
}
