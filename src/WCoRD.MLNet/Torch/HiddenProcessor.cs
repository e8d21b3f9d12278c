using System.Runtime.InteropServices;

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

    /// <summary>Switches off oneDNN for the whole process: right, and many times slower where a network convolves.</summary>
    /// <remarks>For code that only libtorch can read. Other networks keep it, and have <see cref="ConvolutionRepairs"/>.</remarks>
    public static void SwitchOffOneDnn() => SwitchOff("_ZN2at7Context20setUserEnabledMkldnnEb");

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
