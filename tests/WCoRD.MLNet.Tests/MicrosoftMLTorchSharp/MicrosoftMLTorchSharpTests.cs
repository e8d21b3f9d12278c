using Microsoft.ML.TorchSharp;

namespace WCoRD.MLNet.Tests;

/// <summary>What a notebook calls where an application has its build. In a kernel it runs in the notebooks' tests, refused in those of packages.</summary>
[TestClass]
public sealed class MicrosoftMLTorchSharpTests
{
    [TestMethod]
    public void LoadRepaired_WhereTheBuildRepaired_TakesWhatIsThere()
    {
        MicrosoftMLTorchSharp.LoadRepaired("0.23.1");
        Assert.AreEqual(AppContext.BaseDirectory, Path.GetDirectoryName(typeof(TorchSharpCatalog).Assembly.Location) + Path.DirectorySeparatorChar);
        Assert.HasCount(1, AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly.GetName().Name == "Microsoft.ML.TorchSharp"));
    }

    [TestMethod]
    public void FindPublished_SecondCache_GivesTheVersionAndTheNewerFramework()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in new[] { "0.22.0/lib/net8.0", "0.23.1/lib/netstandard2.0", "0.23.1/lib/net8.0" })
        {
            string package = Directory.CreateDirectory(folder.File($"second/microsoft.ml.torchsharp/{file}")).FullName;
            File.WriteAllText(Path.Combine(package, "Microsoft.ML.TorchSharp.dll"), "");
        }

        Assert.AreEqual(
            Path.GetFullPath(folder.File("second/microsoft.ml.torchsharp/0.23.1/lib/net8.0/Microsoft.ML.TorchSharp.dll")),
            MicrosoftMLTorchSharp.FindPublished("0.23.1", folder.File("first/wcord.mlnet/0.1.0/lib/net10.0/WCoRD.MLNet.dll"), folder.File("second/torchsharp/0.107.0/lib/net8.0/TorchSharp.dll")));
    }

    [TestMethod]
    public void FindPublished_VersionThatIsNotThere_SaysWhatToWriteAndWhereItLooked()
    {
        using var folder = new TemporaryFolder();
        FileNotFoundException missing = Assert.ThrowsExactly<FileNotFoundException>(
            () => MicrosoftMLTorchSharp.FindPublished("0.23.1-Preview", folder.File("wcord.mlnet/0.1.0/lib/net10.0/WCoRD.MLNet.dll")));
        Assert.AreEqual(
            $"Microsoft.ML.TorchSharp 0.23.1-Preview is not among the notebook's packages: no 'Microsoft.ML.TorchSharp.dll' below '{folder.File(Path.Combine("microsoft.ml.torchsharp", "0.23.1-preview"))}'. "
                + "Write #r \"nuget: Microsoft.ML.TorchSharp, 0.23.1-Preview\" into an earlier cell.",
            missing.Message);
    }
}
