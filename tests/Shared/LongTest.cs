namespace WCoRD.MLNet.Tests;

/// <summary>Tests of category <c>Long</c> take minutes: they are skipped unless asked for.</summary>
internal static class LongTest
{
    public static bool IsWanted => Environment.GetEnvironmentVariable("WCORD_LONG") == "1";

    /// <summary>The smallest network of each family: what is tested of every network is tested of these every day.</summary>
    public static IReadOnlySet<string> EverydayNetworks { get; } = new HashSet<string>
    {
        "resnet8", "wrn_16_1", "vgg8", "MobileNetV2", "ShuffleV1", "ShuffleV2", "mobilenet_v3_small", "resnet18",
    };

    public static void RequireUnless(bool isEveryday)
    {
        if (!isEveryday)
        {
            Require();
        }
    }

    public static void Require()
    {
        if (!IsWanted)
        {
            Assert.Inconclusive("Takes minutes: set WCORD_LONG=1 to run it.");
        }
    }
}
