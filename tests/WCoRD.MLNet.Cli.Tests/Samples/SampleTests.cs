namespace WCoRD.MLNet.Tests;

/// <summary>Each program of <c>samples/</c>, run as its first lines say, with fewer epochs.</summary>
[TestClass]
public sealed class SampleTests
{
    private static readonly string Samples = Path.Combine(RepositoryFolder.Root, "samples");

    [TestMethod]
    public void Samples_EveryProgram_IsInTheIndexAndRunByATest()
    {
        string index = File.ReadAllText(Path.Combine(Samples, "README.md")), tests = string.Concat(Directory.GetFiles(Path.Combine(RepositoryFolder.Root, "tests", "WCoRD.MLNet.Cli.Tests", "Samples"), "*.cs").Select(File.ReadAllText));
        foreach (string program in Directory.GetFiles(Samples, "*.cs").Select(path => Path.GetFileName(path)!))
        {
            StringAssert.Contains(index, $"`dotnet run samples/{program}");
            StringAssert.Contains(tests, $"\"{program}\"");
        }
    }

    [TestMethod]
    [TestCategory("Long")]
    public void OwnPhotographs_AFolder_TrainsSavesAndClassifiesOne()
    {
        using var folder = new TemporaryFolder();
        string photos = folder.File("photos"), student = folder.File("student.zip");
        MadePhotographs.Write(photos, each: 8);
        string output = Run("own-photographs.cs", photos, student, "2");
        StringAssert.Contains(output, $"{Path.Combine(photos, "test", "blue", "0.jpg")}: ");
        StringAssert.Contains(output, "of 24 rows");
        Assert.IsTrue(File.Exists(student));
    }

    [TestMethod]
    [TestCategory("Long")]
    public void OnnxTeacher_FeaturesAlone_TeachAndTheStudentIsWritten()
    {
        using var folder = new TemporaryFolder();
        string photos = folder.File("photos"), net = folder.File("net.onnx"), student = folder.File("student.onnx");
        MadePhotographs.Write(photos, each: 8);
        File.WriteAllBytes(net, OnnxNet.Make(["features"]));
        StringAssert.Contains(Run("onnx-teacher.cs", net, photos, student, "1"), "resnet8 in int8");
        Assert.IsTrue(File.Exists(student));
    }

    [TestMethod]
    [TestCategory("Long")]
    [DataRow("cross-modal.cs", "of 500 rows")]
    [DataRow("own-objective.cs", "direction")]
    [DataRow("own-network.cs", "student.onnx: ")]
    public void Program_OnMadeData_EndsWell(string program, string expected) => StringAssert.Contains(Run(program, "1"), expected);

    private static string Run(string program, params string[] arguments)
    {
        LongTest.Require();
        return Packages.Succeed("dotnet", ["run", "--configuration", "Release", Path.Combine(Samples, program), "--", .. arguments]);
    }
}
