using System.Diagnostics.CodeAnalysis;

namespace WCoRD.MLNet.Tests;

/// <summary>Real data for the tests of category <c>RealData</c>: the folder in <c>WCORD_DATA</c>. Without it they are skipped.</summary>
internal static class RealData
{
    /// <summary>The normalisation of the published teachers.</summary>
    public static InputNormalization TeacherNormalization { get; } = new(1 / 255f, [0.5070f, 0.4865f, 0.4409f], [0.2673f, 0.2564f, 0.2761f]);

    /// <summary>A published teacher's file.</summary>
    public static string Teacher(string network, string ending) => Find(Path.Combine("teachers-cifar100", $"cifar100_{network}.{ending}"));

    /// <summary>A split of CIFAR-100.</summary>
    public static string Split(string file) => Find(file, Path.Combine("cifar-100-binary", file));

    /// <summary>The spoken digits as pictures.</summary>
    public static string SpokenDigits => Find("fsdd_logmel32.bin");

    /// <summary>A file of MNIST's test digits.</summary>
    public static string Mnist(string part) => Find(Path.Combine("mnist-t10k", $"mnist-t10k-{part}-ubyte.gz"));

    private static string Find(params string[] candidates)
    {
        string? folder = Environment.GetEnvironmentVariable("WCORD_DATA");
        if (string.IsNullOrEmpty(folder))
        {
            Skip("WCORD_DATA names no folder.");
        }

        return candidates.Select(candidate => Path.Combine(folder, candidate)).FirstOrDefault(File.Exists)
            ?? Skip($"{string.Join(" or ", candidates)} is not in {folder}.");
    }

    [DoesNotReturn]
    private static string Skip(string reason)
    {
        Assert.Inconclusive($"Real data not found: {reason}");
        throw new InvalidOperationException(reason);
    }
}
