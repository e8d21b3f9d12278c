using System.Runtime.InteropServices;
using TorchSharp;

namespace WCoRD.MLNet;

/// <summary>Takes a libtorch that is no package: that of a Python environment, say, on a machine with a GPU.</summary>
/// <remarks>What is loaded already is found by its name when TorchSharp's own part asks for it, wherever it lies. Linux only.</remarks>
internal static class OwnLibTorch
{
    /// <summary>The environment variable that names its folder.</summary>
    public const string Variable = "WCORD_LIBTORCH";

    private const string Whole = "libtorch.so";

    // Each needs those before it; without CUDA, two are absent.
    private static readonly string[] Libraries = ["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", Whole];

    /// <summary>Loads it, where the variable is set; to be called before the first use of torch.</summary>
    /// <exception cref="InvalidOperationException">The folder holds no libtorch.</exception>
    /// <exception cref="DllNotFoundException">It cannot be loaded.</exception>
    public static void Load()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } folder)
        {
            return;
        }

        if (!File.Exists(Path.Combine(folder, Whole)))
        {
            throw new InvalidOperationException($"{Variable} is '{folder}', where no {Whole} was found: "
                + "expected libtorch's folder; of a Python environment, its site-packages/torch/lib.");
        }

        foreach (string path in Libraries.Select(name => Path.Combine(folder, name)).Where(File.Exists))
        {
            NativeLibrary.Load(path);
        }

        NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null);
    }
}
