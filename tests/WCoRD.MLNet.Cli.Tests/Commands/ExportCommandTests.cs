using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ExportCommandTests
{
    [TestMethod]
    public async Task Export_FloatAndInt8_AreAsRightAsTheModel()
    {
        using var folder = new TemporaryFolder();
        string data = folder.File("data"), model = folder.File("m.zip"), whole = folder.File("m.onnx"), small = folder.File("m8.onnx");
        Assert.AreEqual(0, (await Tool.RunHereAsync("data", "sample", data, "--train", "600", "--test", "200")).ExitCode);
        Assert.AreEqual(0, (await Tool.RunHereAsync("teach", "--data", data, "--network", "resnet8", "--epochs", "2", "--seed", "1", "--out", model)).ExitCode);
        double top1 = Json(await Tool.RunHereAsync("evaluate", "--model", model, "--data", data, "--json")).GetProperty("top1").GetDouble();

        JsonElement floats = Json(await Tool.RunHereAsync("export", "--model", model, "--out", whole, "--json"));
        Assert.AreEqual("Float32", floats.GetProperty("precision").GetString());
        Assert.AreEqual(new FileInfo(whole).Length, floats.GetProperty("bytes").GetInt64());
        (int exitCode, string output, string errors) = await Tool.RunHereAsync("export", "--model", model, "--out", small, "--int8", "--calibration", data, "--limit", "200", "--features");
        Assert.AreEqual(0, exitCode, errors);
        StringAssert.Contains(output, "resnet8 in Int8, ");
        StringAssert.Contains(output, "; reads Pixels [batch, 3, 32, 32], gives Score, PredictedLabel, Features");
        Assert.IsLessThan(0.4, (double)new FileInfo(small).Length / new FileInfo(whole).Length);

        Assert.AreEqual(top1, Top1(whole, data), 1e-6);
        Assert.AreEqual(top1, Top1(small, data), 3);

        // A model that ONNX Runtime scores, in every command.
        string fast = folder.File("fast.zip");
        Assert.AreEqual(0, (await Tool.RunHereAsync("export", "--model", model, "--out", fast)).ExitCode);
        Assert.AreEqual(top1, Json(await Tool.RunHereAsync("evaluate", "--model", fast, "--data", data, "--json")).GetProperty("top1").GetDouble(), 1e-6);
        (exitCode, _, errors) = await Tool.RunHereAsync("export", "--model", model, "--out", fast, "--input", "bytes");
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, "--input has no meaning for a model: leave it out, or write an .onnx file.");
    }

    [TestMethod]
    public async Task BenchEngines_AModel_MeasuresEveryEngine()
    {
        LongTest.Require();
        using var folder = new TemporaryFolder();
        string data = folder.File("data"), model = folder.File("m.zip"), whole = folder.File("m.onnx");
        Assert.AreEqual(0, (await Tool.RunHereAsync("data", "sample", data, "--train", "600", "--test", "200")).ExitCode);
        Assert.AreEqual(0, (await Tool.RunHereAsync("teach", "--data", data, "--network", "resnet8", "--epochs", "2", "--seed", "1", "--out", model)).ExitCode);
        Assert.AreEqual(0, (await Tool.RunHereAsync("export", "--model", model, "--out", whole)).ExitCode);
        double top1 = Json(await Tool.RunHereAsync("evaluate", "--model", model, "--data", data, "--json")).GetProperty("top1").GetDouble();

        JsonElement[] engines = [.. Json(await Tool.RunHereAsync("bench", "engines", "--model", model, "--data", data, "--calibration-rows", "200", "--json")).GetProperty("engines").EnumerateArray()];
        CollectionAssert.AreEqual(new[] { "LibTorch", "OnnxFloat32", "OnnxInt8" }, engines.Select(engine => engine.GetProperty("engine").GetString()).ToArray());
        Assert.AreEqual(top1, engines[1].GetProperty("top1").GetDouble(), 1e-6);
        Assert.AreEqual(top1, engines[2].GetProperty("top1").GetDouble(), 3);
        Assert.IsTrue(engines.All(engine => engine.GetProperty("rate").GetDouble() > 0 && engine.GetProperty("milliseconds").GetDouble() > 0));
        Assert.AreEqual(new FileInfo(whole).Length / 1e6, engines[1].GetProperty("megabytes").GetDouble(), 1e-9);
    }

    [TestMethod]
    [DataRow("--calibration x", "--calibration has no meaning without --int8: leave it out, or add --int8.")]
    [DataRow("--full-range", "--full-range has no meaning without --int8")]
    [DataRow("--int8", "--int8 needs --calibration DIR: the training data")]
    [DataRow("--input pictures", "--input is 'pictures': expected Bytes, Floats.")]
    [DataRow("", "the model 'no.zip' does not exist")]
    public async Task Export_OptionsThatCannotBe_SaysWhatIsExpected(string options, string expected)
    {
        (int exitCode, _, string errors) = await Tool.RunHereAsync(["export", "--model", "no.zip", "--out", "m.onnx", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, expected);
    }

    [TestMethod]
    [DataRow("", "nothing says what to write: give --out FILE.onnx, --out FILE.zip or --web DIR.")]
    [DataRow("--out m.onnx --web page", "--out and --web are both given: write one of them at a time.")]
    [DataRow("--out m.onnx --runtime x", "--runtime has no meaning without --web")]
    [DataRow("--web page --input bytes", "--input has no meaning for a page")]
    [DataRow("--web page --features", "--features has no meaning for a page")]
    [DataRow("--web page --int8", "--int8 needs --calibration DIR")]
    [DataRow("--web page --runtime nowhere", "--runtime is 'nowhere': there is no ")]
    public async Task Export_APageThatCannotBe_SaysWhatIsExpected(string options, string expected)
    {
        (int exitCode, _, string errors) = await Tool.RunHereAsync(["export", "--model", "no.zip", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, expected);
        Assert.IsFalse(Directory.Exists("page"));
    }

    [TestMethod]
    public async Task Export_IntoAFolderOfAnothersPage_LeavesItAlone()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("index.html"), "<h1>home</h1>");
        foreach ((string place, string expected) in new[] { (folder.Path, "its index.html was not written by wcord"), (folder.File("index.html"), "that is a file. Name a folder.") })
        {
            (int exitCode, _, string errors) = await Tool.RunHereAsync("export", "--model", "no.zip", "--web", place);
            Assert.AreEqual(1, exitCode);
            StringAssert.Contains(errors, expected);
        }

        Assert.AreEqual("<h1>home</h1>", await File.ReadAllTextAsync(folder.File("index.html")));
    }

    private static JsonElement Json((int ExitCode, string Output, string Errors) run)
    {
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        return JsonDocument.Parse(run.Output).RootElement;
    }

    /// <summary>The share of test rows, in percent, whose label is the file's.</summary>
    private static double Top1(string path, string data)
    {
        var mlContext = new MLContext(1);
        IDataView rows = mlContext.Data.LoadFromCifar100(data, Cifar100Split.Test);
        byte[][] pixels = [.. rows.GetColumn<byte[]>("Pixels")];
        using var session = new InferenceSession(path);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = session.Run(
            [NamedOnnxValue.CreateFromTensor("Pixels", new DenseTensor<byte>(pixels.SelectMany(row => row).ToArray(), [pixels.Length, 3, 32, 32]))], ["PredictedLabel"]);
        long[] found = [.. outputs.Single().AsTensor<long>()];
        return 100.0 * rows.GetColumn<uint>("Label").Zip(found, (label, best) => label == best + 1).Count(right => right) / found.Length;
    }
}
