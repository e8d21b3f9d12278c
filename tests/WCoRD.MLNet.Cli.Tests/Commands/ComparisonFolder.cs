using System.Diagnostics;

namespace WCoRD.MLNet.Tests;

/// <summary>A folder with 200 made images to learn from, 100 to test, and an untrained resnet8 as their teacher, to compare methods on.</summary>
internal sealed class ComparisonFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wcord-test");

    public ComparisonFolder()
    {
        SampleImages.Write(Folder, 200, 100, 1);
        using FeatureNetwork network = NetworkCatalog.Create("resnet8", 100);
        File.WriteAllBytes(Teacher, NetworkWeights.Save(network));
    }

    /// <summary>Where everything lies.</summary>
    public string Folder => _folder.FullName;

    /// <summary>For the comparison's results.</summary>
    public string Out => Path.Combine(Folder, "out");

    /// <summary>The teacher's weights, whose network the file name tells.</summary>
    public string Teacher => Path.Combine(Folder, "my_resnet8.safetensors");

    /// <summary>What comes after "wcord compare" to teach half of the images to a resnet8.</summary>
    public string[] Arguments(string methods, int epochs, string? output = null) =>
        ["--data", Folder, "--pairs", $"{Teacher}:resnet8", "--methods", methods, "--epochs", Invariant($"{epochs}"), "--limit", "100", "--out", output ?? Out];

    /// <summary>Waits for the first checkpoint of a comparison that runs.</summary>
    public void WaitForCheckpoint(Process comparison)
    {
        string checkpoints = Path.Combine(Out, "checkpoints");
        RunningProcess.WaitUntil(
            comparison, () => Directory.Exists(checkpoints) && Directory.GetFiles(checkpoints, "*.safetensors", SearchOption.AllDirectories).Length > 0);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
