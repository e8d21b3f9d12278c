using System.Text.Json;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TorchBackendTests
{
    private const string Tool = "src/WCoRD.MLNet.Cli/WCoRD.MLNet.Cli.csproj";
    private const string Library = "src/WCoRD.MLNet/WCoRD.MLNet.csproj";

    [TestMethod]
    [DataRow("cpu", "Microsoft.ML.OnnxRuntime Microsoft.ML.TorchSharp Spectre.Console System.CommandLine TorchSharp-cpu")]
    [DataRow("cuda-linux", "Microsoft.ML.OnnxRuntime Microsoft.ML.TorchSharp Spectre.Console System.CommandLine TorchSharp-cuda-linux")]
    [DataRow("none", "Microsoft.ML.OnnxRuntime Microsoft.ML.TorchSharp Spectre.Console System.CommandLine")]
    public void Tool_TorchBackend_ReferencesThatLibtorchOnly(string backend, string expected) =>
        Assert.AreEqual(expected, Packages(Tool, $"-p:TorchBackend={backend}"));

    [TestMethod]
    public void Tool_NoTorchBackend_ReferencesCpu() => Assert.AreEqual("Microsoft.ML.OnnxRuntime Microsoft.ML.TorchSharp Spectre.Console System.CommandLine TorchSharp-cpu", Packages(Tool));

    [TestMethod]
    public void Tool_WithoutMicrosoftMLTorchSharp_LeavesThatPackageOut() =>
        Assert.AreEqual("Microsoft.ML.OnnxRuntime Spectre.Console System.CommandLine TorchSharp-cpu", Packages(Tool, "-p:WithMicrosoftMLTorchSharp=false"));

    [TestMethod]
    public void Tool_UnknownWithMicrosoftMLTorchSharp_FailsWithTheKnownNames() =>
        AssertRefused("CheckWithMicrosoftMLTorchSharp", "WithMicrosoftMLTorchSharp=perhaps", "WithMicrosoftMLTorchSharp is 'perhaps': expected true or false.");

    [TestMethod]
    [DataRow("cpu")]
    [DataRow("cuda-linux")]
    [DataRow("none")]
    public void Library_TorchBackend_ReferencesManagedTorchSharpOnly(string backend) =>
        Assert.AreEqual(
            "Microsoft.CodeAnalysis.PublicApiAnalyzers Microsoft.ML Microsoft.ML.ImageAnalytics Microsoft.ML.OnnxRuntime.Managed OxyPlot.Core TorchSharp",
            Packages(Library, $"-p:TorchBackend={backend}", "-p:WithMicrosoftMLTorchSharp=true"));

    [TestMethod]
    public void Tool_UnknownTorchBackend_FailsWithTheKnownNames() =>
        AssertRefused("CheckTorchBackend", "TorchBackend=rocm", "TorchBackend is 'rocm': expected cpu, cuda-linux or none.");

    private static void AssertRefused(string target, string property, string expected)
    {
        var (exitCode, output, errors) = RepositoryFolder.Run("dotnet", "msbuild", Tool, "-nologo", $"-t:{target}", $"-p:{property}");
        Assert.AreNotEqual(0, exitCode);
        StringAssert.Contains(output + errors, expected);
    }

    /// <summary>Evaluates a project, without restoring it, and gives the names of the packages that it references itself.</summary>
    private static string Packages(string project, params string[] properties)
    {
        var (exitCode, output, errors) = RepositoryFolder.Run("dotnet", ["msbuild", project, "-nologo", "-getItem:PackageReference", .. properties]);
        Assert.AreEqual(0, exitCode, output + errors);
        using var items = JsonDocument.Parse(output);
        return string.Join(
            ' ',
            items.RootElement.GetProperty("Items").GetProperty("PackageReference").EnumerateArray()
                .Select(item => item.GetProperty("Identity").GetString())
                .Order(StringComparer.Ordinal));
    }
}
