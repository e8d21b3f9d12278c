using System.IO.Compression;
using System.Runtime.InteropServices;

namespace WCoRD.MLNet.Tests;

/// <summary>Packs both packages, and uses them as a stranger does: in a new project, and as an installed tool.</summary>
[TestClass]
public sealed class PackagesTests
{
    // No cache can hold this version, and no other feed.
    private static readonly string Version = $"0.1.0-test.{DateTime.UtcNow.Ticks}";

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
        using var folder = new TemporaryFolder();
        try
        {
            string packages = folder.File("packages"), data = folder.File("data"), student = folder.File("student.zip");
            Pack("src/WCoRD.MLNet", packages, folder.File("build"));
            Pack("src/WCoRD.MLNet.Cli", packages, folder.File("build"));
            CollectionAssert.AreEquivalent(
                new[] { "CHANGELOG.md", "README.md", "WCoRD.MLNet.nuspec", "icon.png", "lib/net10.0/WCoRD.MLNet.dll", "lib/net10.0/WCoRD.MLNet.xml" },
                Contents(Path.Combine(packages, $"WCoRD.MLNet.{Version}.nupkg")));
            File.WriteAllText(folder.File("nuget.config"), $"""<configuration><packageSources><add key="packed" value="{packages}" /></packageSources></configuration>""");

            string tools = folder.File("tools"), wcord = Path.Combine(tools, OperatingSystem.IsWindows() ? "wcord.exe" : "wcord");
            Succeed("dotnet", "tool", "install", "WCoRD.MLNet.Cli", "--version", Version, "--tool-path", tools, "--configfile", folder.File("nuget.config"));
            StringAssert.Contains(Succeed(wcord, "--help"), "distill");
            Succeed(wcord, "data", "sample", "--out", data, "--train", "400", "--test", "100");

            string project = folder.File("Stranger");
            Directory.CreateDirectory(project);
            File.WriteAllText(Path.Combine(project, "Stranger.csproj"), Project);
            File.WriteAllText(Path.Combine(project, "Program.cs"), Program);
            string output = Succeed("dotnet", "run", "--project", project, "--configuration", "Release", "--", data, student);
            StringAssert.Contains(output, "100 rows: the loaded student scores like the trained one");
            StringAssert.Contains(Succeed(wcord, "info", student), "resnet8");
        }
        finally
        {
            Forget();
        }
    }

    private static string Project => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="WCoRD.MLNet" Version="{Version}" />
            <PackageReference Include="TorchSharp-cpu" Version="0.107.0" />
          </ItemGroup>
        </Project>
        """;

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

    // A build folder of its own: that of the repository belongs to the running tests. The tool for this system alone, which is most of the time.
    private static void Pack(string project, string packages, string build) => Succeed(
        "dotnet", "pack", project, "--output", packages, "--artifacts-path", build, $"-p:Version={Version}", $"-p:ToolPackageRuntimeIdentifiers={RuntimeInformation.RuntimeIdentifier}", "-warnaserror");

    private static string[] Contents(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        return [.. archive.Entries.Select(entry => entry.FullName).Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal) && name != "[Content_Types].xml")];
    }

    private static string Succeed(string program, params string[] arguments)
    {
        var (exitCode, output, errors) = RepositoryFolder.Run(program, arguments);
        Assert.AreEqual(0, exitCode, $"{program} {string.Join(' ', arguments)}\n{output}{errors}");
        return output;
    }

    /// <summary>Takes the packed library out of the user's package cache again; tools are not kept there.</summary>
    private static void Forget()
    {
        string cache = Succeed("dotnet", "nuget", "locals", "global-packages", "--list").Split(": ", 2)[1].Trim();
        string copy = Path.Combine(cache, "wcord.mlnet", Version);
        if (Directory.Exists(copy))
        {
            Directory.Delete(copy, recursive: true);
        }
    }
}
