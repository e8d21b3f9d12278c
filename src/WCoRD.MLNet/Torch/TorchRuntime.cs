using System.Runtime.InteropServices;
using TorchSharp;

namespace WCoRD.MLNet;

/// <summary>Turns TorchSharp's misleading error for a missing or unloadable libtorch into one that helps.</summary>
internal static class TorchRuntime
{
    private static volatile bool _loaded;

    /// <summary>Loads libtorch, once, and prepares the process for it.</summary>
    /// <exception cref="InvalidOperationException">libtorch is missing or cannot be loaded; the message says what to do.</exception>
    public static void EnsureLoaded() => EnsureLoaded(() =>
    {
        OwnLibTorch.Load();
        torch.zeros(1).Dispose();
    });

    /// <summary>The same with another first use of torch, for tests.</summary>
    internal static void EnsureLoaded(Action firstUse, bool again = false)
    {
        if (_loaded && !again)
        {
            return;
        }

        if (HasOldLibstdcxx())
        {
            throw new InvalidOperationException(
                "This Linux's libstdc++ lacks GLIBCXX_3.4.32 (GCC 13), which TorchSharp needs: "
                    + "run '. eng/env.sh' of WCoRD.MLNet's repository in this shell and start the program again, "
                    + "or use Debian 13, Ubuntu 24.04 or newer.");
        }

        try
        {
            firstUse();
            FreedMemory.Keep();
            HiddenProcessor.QuietNnpack();
            _loaded = true;
        }
        catch (Exception fault) when (fault is TypeInitializationException or NotSupportedException or DllNotFoundException
            or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new InvalidOperationException(
                "TorchSharp's native library (libtorch) could not be loaded. Add the package TorchSharp-cpu or TorchSharp-cuda-linux, "
                    + "version 0.107.0, to the application (a library must not choose), "
                    + "or name the folder of another libtorch 2.10 in WCORD_LIBTORCH. "
                    + $"TorchSharp said: {fault.GetBaseException().Message}",
                fault);
        }
    }

    /// <summary>
    /// Whether the C++ library that this process loaded lacks the symbol that TorchSharp's native part wants, which for that reason cannot
    /// be loaded.
    /// </summary>
    /// <remarks>Asked before TorchSharp is: it would print a page of the paths that it tried, and name another cause.</remarks>
    private static bool HasOldLibstdcxx() =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libstdc++.so.6", out nint library)
        && !NativeLibrary.TryGetExport(library, "_ZSt21ios_base_library_initv", out _)
        && !NativeLibrary.TryLoad("LibTorchSharp", typeof(torch).Assembly, null, out _);
}
