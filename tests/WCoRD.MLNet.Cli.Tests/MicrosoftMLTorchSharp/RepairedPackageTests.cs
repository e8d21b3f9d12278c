using Microsoft.ML;

namespace WCoRD.MLNet.Tests;

/// <summary>An application of our package has Microsoft.ML.TorchSharp repaired by one property, and only then.</summary>
[TestClass]
public sealed class RepairedPackageTests
{
    private const string Repaired = "Microsoft.ML.TorchSharp 0.23.1 repaired: its 4 initialisers keep the weights that they set.";

    private const string Project = """
        <PropertyGroup>
          <WcordRepairMicrosoftMLTorchSharp>true</WcordRepairMicrosoftMLTorchSharp>
        </PropertyGroup>
        <ItemGroup>
          <PackageReference Include="Microsoft.ML.TorchSharp" Version="0.23.1" />
        </ItemGroup>
        """;

    private const string Program = """
        using Microsoft.ML;
        using Microsoft.ML.Data;
        using Microsoft.ML.TorchSharp;
        using WCoRD.MLNet;

        if (args is [_, var version])
        {
            MicrosoftMLTorchSharp.LoadRepaired(version);
        }

        var mlContext = new MLContext(seed: 1) { TempFilePath = args[0] };
        IDataView rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(i => new Row { Sentence1 = i % 2 == 0 ? "a cat" : "a dog", Class = i % 2 == 0 ? "cat" : "dog" }));
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", "Class").Append(mlContext.MulticlassClassification.Trainers.TextClassification(maxEpochs: 1));
        Console.WriteLine($"{pipeline.Fit(rows).Transform(rows).GetColumn<float[]>("Score").Count(score => score.All(float.IsFinite))} rows read");

        class Row
        {
            public string Sentence1 { get; set; }

            public string Class { get; set; }
        }
        """;

    [TestMethod]
    [TestCategory("Long")]
    public void Package_PropertyOfAnApplication_RepairsWhatIsBuiltAndPublished()
    {
        LongTest.Require();
        using var packed = new PackedPackages("src/WCoRD.MLNet");
        TextWeights.Write(new MLContext { TempFilePath = packed.Folder });
        string project = packed.WriteProject("Reader", Program, Project), assembly = "Microsoft.ML.TorchSharp.dll";
        string built = packed.File("built"), published = packed.File("published"), again = packed.File("again"), without = packed.File("without");

        StringAssert.Contains(Build("build", built), Repaired);
        Assert.AreEqual("8 rows read", Run(built).Output.Trim(), Run(built).Errors);
        Assert.IsFalse(Build("build", again).Contains(Repaired, StringComparison.Ordinal), "nothing has changed");
        Packages.Succeed("dotnet", "publish", project, "--configuration", "Release", "--output", published);
        byte[] expected = File.ReadAllBytes(Path.Combine(built, assembly));
        CollectionAssert.AreEqual(expected, File.ReadAllBytes(Path.Combine(published, assembly)));
        CollectionAssert.AreEqual(expected, File.ReadAllBytes(Path.Combine(again, assembly)));

        Build("build", without, "-p:WcordRepairMicrosoftMLTorchSharp=false");
        StringAssert.Contains(Run(without).Errors, "Mismatched state_dict sizes: expected 60, but found 142 entries.");
        StringAssert.Contains(Run(without, "0.23.1").Errors, "In an application, say <WcordRepairMicrosoftMLTorchSharp>true</WcordRepairMicrosoftMLTorchSharp>");

        string Build(string command, string output, params string[] more) =>
            Packages.Succeed("dotnet", [command, project, "--configuration", "Release", "--output", output, .. more]);
        (int ExitCode, string Output, string Errors) Run(string folder, params string[] version) => RepositoryFolder.Run("dotnet", [Path.Combine(folder, "Reader.dll"), packed.Folder, .. version]);
    }
}
