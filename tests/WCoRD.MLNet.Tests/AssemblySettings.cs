// Tensors are counted per thread and torch already uses every core: tests run one after another.
[assembly: DoNotParallelize]

namespace WCoRD.MLNet.Tests;

/// <summary>What holds for all tests.</summary>
[TestClass]
public sealed class AssemblySettings
{
    [AssemblyInitialize]
    public static void SetCulture(TestContext context) => OddCulture.MakeCurrent();
}
