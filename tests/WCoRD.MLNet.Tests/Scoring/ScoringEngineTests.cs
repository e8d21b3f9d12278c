using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using static WCoRD.MLNet.Tests.ScoringFixture;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ScoringEngineTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    [DataRow(20)]
    [DataRow(7)]
    [DataRow(1)]
    public void WithEngine_OnnxFloat32_GivesTheSameColumnsInBatches(int count)
    {
        using NetworkTransformer model = Model(_mlContext, Description with { BatchSize = 8 }), onnx = model.WithEngine(ScoringEngine.OnnxFloat32);
        Assert.AreEqual(ScoringEngine.LibTorch, model.Engine);
        Assert.AreEqual(ScoringEngine.OnnxFloat32, onnx.Engine);
        IDataView rows = View(_mlContext, count);
        AssertSame(model.Transform(rows), onnx.Transform(rows), 1e-5f);
        // PredictedLabel, Score and Features in one pass each, in batches of 8.
        Assert.AreEqual(3 * ((count + 7) / 8), onnx.NetworkCalls);
    }

    [TestMethod]
    public void WithEngine_OnnxInt8_ScoresNearlyTheSameFromASmallerGraph()
    {
        using NetworkTransformer model = Model(_mlContext);
        using NetworkTransformer onnx = model.WithEngine(ScoringEngine.OnnxInt8, new OnnxOptions { CalibrationSet = View(_mlContext, 64) });
        Assert.AreEqual(ScoringEngine.OnnxInt8, onnx.Engine);
        AssertSame(model.Transform(View(_mlContext, 10)), onnx.Transform(View(_mlContext, 10)), 0.3f);
    }

    [TestMethod]
    public void WithEngine_Floats_NaNPixelGivesNaNAndMissingKeyInThisRowOnly()
    {
        using NetworkTransformer onnx = Model(_mlContext).WithEngine(ScoringEngine.OnnxFloat32);
        FloatRow[] rows = [.. Rows(3).Select(row => new FloatRow { Pixels = [.. row.Pixels.Select(value => (float)value)] })];
        rows[1].Pixels[5] = float.NaN;
        IDataView scored = onnx.Transform(_mlContext.Data.LoadFromEnumerable(rows));
        float[][] scores = [.. scored.GetColumn<float[]>("Score")], features = [.. scored.GetColumn<float[]>("Features")];
        Assert.AreEqual(0u, scored.GetColumn<uint>("PredictedLabel").ElementAt(1));
        Assert.IsTrue(scores[1].All(float.IsNaN) && features[1].All(float.IsNaN));
        Assert.IsTrue(scores[0].Concat(scores[2]).All(float.IsFinite));
    }

    [TestMethod]
    public void WithEngine_SavedAndLoaded_KeepsEngineWeightsAndScores()
    {
        using NetworkTransformer model = Model(_mlContext), onnx = model.WithEngine(ScoringEngine.OnnxFloat32);
        IDataView rows = View(_mlContext, 5);
        using var stream = new MemoryStream();
        _mlContext.Model.Save(onnx, rows.Schema, stream);
        stream.Position = 0;
        using var loaded = (NetworkTransformer)_mlContext.Model.Load(stream, out _);
        Assert.AreEqual(ScoringEngine.OnnxFloat32, loaded.Engine);
        CollectionAssert.AreEqual(model.Weights.ToArray(), loaded.Weights.ToArray());
        AssertSame(onnx.Transform(rows), loaded.Transform(rows), 0);
        using NetworkTransformer back = loaded.WithEngine(ScoringEngine.LibTorch);
        AssertSame(model.Transform(rows), back.Transform(rows), 0);
    }

    [TestMethod]
    public void ReplaceIn_AChainOfChains_PutsTheNetworkInItsPlace()
    {
        IDataView rows = View(_mlContext, 5);
        using NetworkTransformer model = Model(_mlContext, Description with { InputColumnName = "Copied" }), onnx = model.WithEngine(ScoringEngine.OnnxFloat32);
        var before = new TransformerChain<ITransformer>(_mlContext.Transforms.CopyColumns("Copied", "Pixels").Fit(rows), model);
        var chain = new TransformerChain<ITransformer>(before, _mlContext.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel").Fit(before.Transform(rows)));
        ITransformer replaced = NetworkTransformer.ReplaceIn(chain, onnx);
        Assert.AreSame(onnx, NetworkTransformer.FindIn(replaced));
        Assert.AreSame(model, NetworkTransformer.FindIn(chain));
        CollectionAssert.AreEqual(chain.Transform(rows).GetColumn<string>("Name").ToArray(), replaced.Transform(rows).GetColumn<string>("Name").ToArray());
        Assert.AreSame(onnx, NetworkTransformer.ReplaceIn(model, onnx));
    }

    [TestMethod]
    public void Predict_ByManyThreads_GivesTheSameAsOne()
    {
        using NetworkTransformer onnx = Model(_mlContext).WithEngine(ScoringEngine.OnnxFloat32);
        ByteRow[] rows = Rows(16);
        float[][] expected = [.. onnx.Transform(_mlContext.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Score")];
        Parallel.For(0, 16, i =>
        {
            float[] found = onnx.Transform(_mlContext.Data.LoadFromEnumerable([rows[i]])).GetColumn<float[]>("Score").Single();
            AreClose(expected[i], found);
        });
        onnx.Dispose();
        AreClose(expected[0], onnx.Transform(_mlContext.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Score").First());
    }

    [TestMethod]
    public void Load_InAProcessWithONNXRuntimeAndWithoutLibtorch_ScoresAlike()
    {
        using var folder = new TemporaryFolder();
        IDataView rows = View(_mlContext, 4);
        using NetworkTransformer model = Model(_mlContext);
        ITransformer named = _mlContext.Transforms.Conversion.MapKeyToValue("Class", "PredictedLabel").Fit(model.Transform(rows));
        File.WriteAllBytes(folder.File("pixels.bin"), [.. Rows(4).SelectMany(row => row.Pixels)]);
        Save(model.WithEngine(ScoringEngine.OnnxFloat32), "onnx.zip");
        Save(model, "torch.zip");

        (int exitCode, string output, string error) = RunWithoutLibtorch("onnx.zip");
        Assert.AreEqual(0, exitCode, error);
        string[] lines = output.TrimEnd().ReplaceLineEndings("\n").Split('\n');
        float[][] expected = [.. model.Transform(rows).GetColumn<float[]>("Score")];
        Assert.HasCount(4, lines);
        foreach ((string line, float[] scores) in lines.Zip(expected))
        {
            StringAssert.StartsWith(line, ClassNames[Array.IndexOf(scores, scores.Max())] + ": ");
            AreClose(scores, [.. line.Split(": ")[1].Split(' ').Select(text => float.Parse(text, CultureInfo.InvariantCulture))]);
        }

        // The process has no libtorch indeed: without the graph it cannot score.
        (exitCode, _, error) = RunWithoutLibtorch("torch.zip");
        Assert.AreNotEqual(0, exitCode);
        StringAssert.Contains(error, "TorchSharp-cpu");

        void Save(NetworkTransformer network, string name) => _mlContext.Model.Save(new TransformerChain<ITransformer>(network, named), rows.Schema, folder.File(name));

        // TorchSharp would take libtorch from the machine's package cache.
        (int, string, string) RunWithoutLibtorch(string name) => ChildProcess.Run(
            "dotnet",
            [ChildProcess.AssemblyOf("tests/WCoRD.MLNet.OnnxProcess", "WCoRD.MLNet.OnnxProcess.dll"), folder.File(name), folder.File("pixels.bin")],
            new() { ["NUGET_PACKAGES"] = folder.Path, ["HOME"] = folder.Path, ["USERPROFILE"] = folder.Path });
    }

    [TestMethod]
    public void Load_GraphOfAnotherModel_IsRefusedWhenItScores()
    {
        using NetworkTransformer other = OnnxFixture.Model(_mlContext, "resnet8", 8, 8);
        var graph = new ScoringGraph(OnnxPrecision.Float32, OnnxExport.Write(other, new OnnxOptions { AddFeatures = true, Input = OnnxInput.Floats }));
        using NetworkTransformer model = Model(_mlContext);
        using var mixed = new NetworkTransformer(_mlContext, Description, model.Weights.ToArray(), null, graph);
        Exception fault = Assert.Throws<Exception>(() => mixed.Transform(View(_mlContext, 1)).GetColumn<float[]>("Score").ToArray());
        StringAssert.Contains(fault.GetBaseException().Message, "expected scores [batch, 4]. The file is damaged; save the model again.");
    }

    [TestMethod]
    public void WithEngine_OptionsThatCannotBe_AreRefused()
    {
        using NetworkTransformer model = Model(_mlContext);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => model.WithEngine(ScoringEngine.OnnxInt8)).Message, "- CalibrationSet is null: expected rows to measure on");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.WithEngine((ScoringEngine)5));
    }

    private static void AssertSame(IDataView expected, IDataView found, float tolerance)
    {
        Assert.AreEqual(string.Join(", ", expected.Schema.Select(column => $"{column.Name} {column.Type}")), string.Join(", ", found.Schema.Select(column => $"{column.Name} {column.Type}")));
        if (tolerance < 0.1f)
        {
            CollectionAssert.AreEqual(expected.GetColumn<uint>("PredictedLabel").ToArray(), found.GetColumn<uint>("PredictedLabel").ToArray());
        }

        foreach (string name in new[] { "Score", "Features" })
        {
            foreach ((float[] right, float[] given) in expected.GetColumn<float[]>(name).Zip(found.GetColumn<float[]>(name)))
            {
                for (int i = 0; i < right.Length; i++)
                {
                    Assert.AreEqual(right[i], given[i], tolerance * Math.Max(1, Math.Abs(right[i])));
                }
            }
        }
    }
}
