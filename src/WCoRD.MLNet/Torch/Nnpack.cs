using System.Runtime.InteropServices;

namespace WCoRD.MLNet;

/// <summary>Switches off NNPACK, one of libtorch's ways to convolve, where it does not know the processor.</summary>
/// <remarks>
/// libtorch asks it again at each convolution, never to be served, and prints "Could not initialize NNPACK! Reason: Unsupported hardware."
/// every time: hundreds of lines on virtual machines that hide the processor's caches. It computes by other means either way.
/// </remarks>
internal static class Nnpack
{
    private delegate int Initialize();

    private delegate nint GlobalContext();

    private delegate void SetEnabled(nint context, [MarshalAs(UnmanagedType.U1)] bool enabled);

    /// <summary>Does so for the whole process; to be called after libtorch was loaded. Another libtorch, without these names, is left as it is.</summary>
    /// <remarks>
    /// Of the libtorch that is loaded, wherever it lies. Two of the names are C++'s: <c>at::globalContext()</c> and
    /// <c>at::Context::setUserEnabledNNPACK(bool)</c>, which <c>torch.backends.nnpack</c> calls too.
    /// </remarks>
    public static void SwitchOffWhereUnsupported()
    {
        if (OperatingSystem.IsLinux()
            && NativeLibrary.TryLoad("libtorch_cpu.so", out nint library)
            && Find<Initialize>(library, "nnp_initialize") is { } initialize
            && Find<GlobalContext>(library, "_ZN2at13globalContextEv") is { } globalContext
            && Find<SetEnabled>(library, "_ZN2at7Context20setUserEnabledNNPACKEb") is { } setEnabled
            && initialize() != 0)
        {
            setEnabled(globalContext(), false);
        }
    }

    private static T? Find<T>(nint library, string name)
        where T : Delegate =>
        NativeLibrary.TryGetExport(library, name, out nint address) ? Marshal.GetDelegateForFunctionPointer<T>(address) : null;
}
