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

        try
        {
            firstUse();
            FreedMemory.Keep();
            _loaded = true;
        }
        catch (Exception fault) when (fault is TypeInitializationException or NotSupportedException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new InvalidOperationException(
                "TorchSharp's native library (libtorch) could not be loaded. Add the package TorchSharp-cpu or TorchSharp-cuda-linux, version 0.107.0, to the application (a library must not choose), or name the folder of another libtorch 2.10 in WCORD_LIBTORCH. " +
                "If it is there and this is a Linux older than Debian 13 or Ubuntu 24.04, its libstdc++ lacks GLIBCXX_3.4.32, which TorchSharp needs whatever its own message says: " +
                "source eng/env.sh of WCoRD.MLNet before starting, or use a newer system. " +
                $"TorchSharp said: {fault.GetBaseException().Message}",
                fault);
        }
    }
}
