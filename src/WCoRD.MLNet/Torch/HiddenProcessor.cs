using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Keeps libtorch from what fails on virtual machines that hide what their processor is.</summary>
/// <remarks>By libtorch's own switches, which <c>torch.backends.nnpack</c> and <c>torch.backends.mkldnn</c> set in Python.</remarks>
internal static class HiddenProcessor
{
    private delegate int Initialize();

    private delegate nint GlobalContext();

    private delegate void Switch(nint context, [MarshalAs(UnmanagedType.U1)] bool on);

    /// <summary>Switches off NNPACK, one of libtorch's ways to convolve, where it does not know the processor.</summary>
    /// <remarks>
    /// libtorch asks it again at each convolution, never to be served, and prints "Could not initialize NNPACK! Reason: Unsupported
    /// hardware." every time: hundreds of lines. It computes by other means either way.
    /// </remarks>
    public static void QuietNnpack()
    {
        if (Find<Initialize>("nnp_initialize") is { } initialize && initialize() != 0)
        {
            SwitchOff("_ZN2at7Context20setUserEnabledNNPACKEb");
        }
    }

    /// <summary>
    /// Switches off oneDNN for the whole process, where the system knows no caches and a network has convolutions that oneDNN plans by
    /// their size: with a size of zero it computes wrong numbers, or divides and ends the process, without a word.
    /// </summary>
    /// <remarks>
    /// Slower, which is why other networks keep it. Seen with oneDNN of libtorch 2.10: in groups, channels last, from two images on, maps
    /// are wrong by up to half of their size (MobileNetV2, EfficientNet, ShuffleNet V1); 1 x 1 from 256 or 512 channels to 1,024 or 2,048,
    /// and back in the backward pass, end in SIGFPE ("Floating point exception"), in float32 and bfloat16, with AVX2 and AVX-512.
    /// </remarks>
    /// <param name="network">The network, which is about to compute.</param>
    /// <param name="cachesAreKnown">Whether the system knows the processor's caches.</param>
    /// <returns>Whether it did.</returns>
    public static bool AvoidOneDnn(nn.Module network, bool cachesAreKnown)
    {
        if (cachesAreKnown || !network.modules().OfType<Conv2d>().Any(IsUnsafe))
        {
            return false;
        }

        SwitchOff("_ZN2at7Context20setUserEnabledMkldnnEb");
        return true;
    }

    /// <summary>Whether the system knows the processor's caches: Linux lists them; of other systems, nothing else was heard.</summary>
    public static bool CachesAreKnown { get; } = !OperatingSystem.IsLinux() || Directory.Exists("/sys/devices/system/cpu/cpu0/cache");

    private static bool IsUnsafe(Conv2d layer) =>
        layer.groups > 1
        || layer.kernel_size.All(side => side == 1)
        && Math.Max(layer.in_channels, layer.out_channels) % 1024 == 0
        && Math.Min(layer.in_channels, layer.out_channels) % 256 == 0;

    private static void SwitchOff(string name)
    {
        // at::globalContext(), and a member of what it gives.
        if (Find<GlobalContext>("_ZN2at13globalContextEv") is { } context && Find<Switch>(name) is { } set)
        {
            set(context(), false);
        }
    }

    // Of the libtorch that is loaded, wherever it lies. Another, without these names, is left as it is.
    private static T? Find<T>(string name)
        where T : Delegate =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libtorch_cpu.so", out nint library)
        && NativeLibrary.TryGetExport(library, name, out nint address)
            ? Marshal.GetDelegateForFunctionPointer<T>(address)
            : null;
}
