namespace WCoRD.MLNet.Tests;

/// <summary>Tests of category <c>Long</c> take minutes: they are skipped unless asked for.</summary>
internal static class LongTest
{
    public static void Require()
    {
        if (Environment.GetEnvironmentVariable("WCORD_LONG") != "1")
        {
            Assert.Inconclusive("Takes minutes: set WCORD_LONG=1 to run it.");
        }
    }
}
