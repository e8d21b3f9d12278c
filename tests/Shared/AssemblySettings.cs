// Tensors are counted per thread, and tests look at what their process has one of (its culture, its console): they run one after another.
[assembly: DoNotParallelize]

namespace WCoRD.MLNet.Tests;

/// <summary>What holds for all tests.</summary>
[TestClass]
public sealed class AssemblySettings
{
    [AssemblyInitialize]
    public static void SetCulture(TestContext context) => OddCulture.MakeCurrent();
}
