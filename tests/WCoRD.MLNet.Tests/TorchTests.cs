namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TorchTests
{
    [TestMethod]
    public void Torch_Loads_Computes() => Assert.AreEqual(2f, (TorchSharp.torch.ones(1) + 1).item<float>());
}
