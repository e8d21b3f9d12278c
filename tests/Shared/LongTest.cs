namespace WCoRD.MLNet.Tests;

/// <summary>Tests of category <c>Long</c> take minutes: they are skipped unless asked for.</summary>
internal static class LongTest
{
    public static bool IsWanted => Environment.GetEnvironmentVariable("WCORD_LONG") == "1";

    public static void Require()
    {
        if (!IsWanted)
        {
            Assert.Inconclusive("Takes minutes: set WCORD_LONG=1 to run it.");
        }
    }
}
