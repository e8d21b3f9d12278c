using System.IO.Compression;

namespace WCoRD.MLNet.Tests;

/// <summary>Packs both packages, and uses them as a stranger does: in a new project, and as an installed tool.</summary>
[TestClass]
public sealed class PackagesTests
{
    [TestMethod]
    public void PackageReadme_Example_IsTheReadmes()
    {
        static string Example(params string[] path)
        {
            string text = File.ReadAllText(Path.Combine([RepositoryFolder.Root, .. path])).ReplaceLineEndings("\n");
            int start = text.IndexOf("```csharp\n", StringComparison.Ordinal);
            return text[start..text.IndexOf("\n```\n", start, StringComparison.Ordinal)];
        }

        Assert.AreEqual(Example("README.md"), Example("eng", "package", "README.md"));
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Packages_InstalledElsewhere_TrainSaveLoadAndScore()
    {
        LongTest.Require();
        using var packed = new PackedPackages("src/WCoRD.MLNet", "src/WCoRD.MLNet.Mpi", "src/WCoRD.MLNet.Cli");
        string data = packed.File("data"), student = packed.File("student.zip");
        CollectionAssert.AreEquivalent(
            new[]
            {
                "CHANGELOG.md", "README.md", "WCoRD.MLNet.nuspec", "icon.png", "lib/net10.0/WCoRD.MLNet.dll", "lib/net10.0/WCoRD.MLNet.xml",
                "buildTransitive/WCoRD.MLNet.targets", "tools/RepairMicrosoftMLTorchSharp.dll", "tools/RepairMicrosoftMLTorchSharp.runtimeconfig.json",
            },
            Contents(Path.Combine(packed.Folder, $"WCoRD.MLNet.{Packages.Version}.nupkg")));
        CollectionAssert.AreEquivalent(
            new[] { "CHANGELOG.md", "README.md", "WCoRD.MLNet.Mpi.nuspec", "icon.png", "lib/net10.0/WCoRD.MLNet.Mpi.dll", "lib/net10.0/WCoRD.MLNet.Mpi.xml" },
            Contents(Path.Combine(packed.Folder, $"WCoRD.MLNet.Mpi.{Packages.Version}.nupkg")));

        string tools = packed.File("tools"), wcord = Path.Combine(tools, OperatingSystem.IsWindows() ? "wcord.exe" : "wcord");
        Packages.Succeed("dotnet", "tool", "install", "WCoRD.MLNet.Cli", "--version", Packages.Version, "--tool-path", tools, "--configfile", packed.File("nuget.config"));
        StringAssert.Contains(Packages.Succeed(wcord, "--help"), "distill");
        Packages.Succeed(wcord, "data", "sample", "--out", data, "--train", "400", "--test", "100");

        string project = packed.WriteProject("Stranger", Program);
        string output = Packages.Succeed("dotnet", "run", "--project", project, "--configuration", "Release", "--", data, student);
        StringAssert.Contains(output, "100 rows: the loaded student scores like the trained one");
        StringAssert.Contains(Packages.Succeed(wcord, "info", student), "resnet8");
    }

    // The README's pipeline, with a teacher that needs no download.
    private const string Program = """
        using Microsoft.ML;
        using Microsoft.ML.Data;
        using WCoRD.MLNet;

        var mlContext = new MLContext(seed: 1);
        IDataView train = mlContext.Data.LoadFromCifar100(args[0], Cifar100Split.Train);
        IDataView test = mlContext.Data.LoadFromCifar100(args[0], Cifar100Split.Test);

        using var big = mlContext.MulticlassClassification.Trainers.NetworkTraining(new NetworkTrainingOptions { Network = "resnet14", Epochs = 1 }).Fit(train);
        using Teacher teacher = Teacher.FromModel(big);
        var pipeline = mlContext.MulticlassClassification.Trainers
            .WcordDistillation(teacher, new WcordDistillationOptions { Student = "resnet8", SoftTargetWeight = 1, Epochs = 2 })
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("Class", "PredictedLabel"));

        var model = pipeline.Fit(train);
        var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(test), topKPredictionCount: 5);
        Console.WriteLine($"top-1 {metrics.MicroAccuracy:P2}, top-5 {metrics.TopKAccuracy:P2}");

        mlContext.Model.Save(model, train.Schema, args[1]);
        ITransformer loaded = mlContext.Model.Load(args[1], out _);
        float[][] expected = [.. model.Transform(test).GetColumn<float[]>("Score")], scores = [.. loaded.Transform(test).GetColumn<float[]>("Score")];
        if (expected.Zip(scores).All(pair => pair.First.SequenceEqual(pair.Second)))
        {
            Console.WriteLine($"{scores.Length} rows: the loaded student scores like the trained one");
        }
        """;

    private static string[] Contents(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        return [.. archive.Entries.Select(entry => entry.FullName).Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal) && name != "[Content_Types].xml")];
    }
}
