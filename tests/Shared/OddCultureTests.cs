using System.Globalization;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class OddCultureTests
{
    [TestMethod]
    public void Culture_OfTests_IsTheOddOne()
    {
        Assert.AreEqual("\u22121,5", (-1.5).ToString(CultureInfo.CurrentCulture));
        string onAnother = "";
        var thread = new Thread(() => onAnother = (-1.5).ToString(CultureInfo.CurrentCulture));
        thread.Start();
        thread.Join();
        Assert.AreEqual("\u22121,5", onAnother);
        Assert.AreEqual("\u22121,5", Task.Run(() => (-1.5).ToString(CultureInfo.CurrentCulture)).Result);
    }
}
