namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class PackageDirectivesTests
{
    [TestMethod]
    public void Check_OtherPackageVersion_IsRefused() =>
        AssertRefused("a.ipynb: names TorchSharp-cpu 0.1.0: this repository has 0.107.0.", "#r \"nuget: TorchSharp-cpu, 0.1.0\"");

    [TestMethod]
    public void Check_UnknownPackage_IsRefused() =>
        AssertRefused("a.ipynb: package Unknown is unknown to this repository.", "#r \"nuget: Unknown, 1.0.0\"");

    [TestMethod]
    public void FromFolder_FirstCell_TakesTheLibraryFromThereAndNothingElse() => Assert.AreEqual(
        "#i \"nuget:/packed\"\n#r \"nuget: WCoRD.MLNet, 1.2.3\"\n#r \"nuget: TorchSharp-cpu, 0.107.0\"\n",
        PackageDirectives.FromFolder("//#i \"nuget:/absolute/path/of/FOLDER\"\n#r \"nuget: WCoRD.MLNet, 0.1.0\"\n#r \"nuget: TorchSharp-cpu, 0.107.0\"\n", "/packed", "1.2.3"));

    private static void AssertRefused(string message, string cell) =>
        Assert.AreEqual(message, Assert.ThrowsExactly<ScriptFailure>(() => PackageDirectives.Check(cell, "a.ipynb")).Message);
}
