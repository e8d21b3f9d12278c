using System.Globalization;
using TorchSharp;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class FreedMemoryTests
{
    [TestMethod]
    public void Keep_LargeTensorsInTurn_TakeTheSamePages()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/lib64/ld-linux-x86-64.so.2"))
        {
            Assert.Inconclusive("This is about glibc on Linux.");
        }

        const int Rounds = 50;
        const int Bytes = 4 << 20;
        FreedMemory.Keep();
        Fill();
        long before = MinorFaults();
        for (int round = 0; round < Rounds; round++)
        {
            Fill();
        }

        // Asked anew from the system, each of the 50 tensors would take 1,024 pages of 4 KiB.
        long pages = MinorFaults() - before;
        Assert.IsLessThan((long)Rounds * Bytes / 4096 / 5, pages);

        static void Fill() => torch.ones(Bytes / sizeof(float)).Dispose();
    }

    /// <summary>Field 10 of the process's status, counted behind the name's closing bracket.</summary>
    private static long MinorFaults() => long.Parse(File.ReadAllText("/proc/self/stat").Split(") ")[^1].Split(' ')[7], CultureInfo.InvariantCulture);
}
