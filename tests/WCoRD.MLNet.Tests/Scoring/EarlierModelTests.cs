using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

/// <summary>A model that version 0.1 saved is loaded by every later version, and scores the same.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class EarlierModelTests
{
    private const int Side = 32;

    [TestMethod]
    public void Load_ModelOfVersion01_ScoresAsThen()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Find("student-0.1.json")));
        JsonElement expected = document.RootElement;
        var mlContext = new MLContext(1);
        ITransformer model = mlContext.Model.Load(Find(expected.GetProperty("file").GetString()!), out _);
        IDataView scored = model.Transform(mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 4).Select(Row)));

        NetworkTransformer network = NetworkTransformer.FindIn(model);
        Assert.AreEqual(network.History!.Epochs.Count, network.History.Epochs[^1].Epoch);
        Assert.HasCount(network.History.Transport!.Mass.Count, network.History.Transport.ExampleClasses!);

        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        JsonElement[] firsts = [.. expected.GetProperty("score_first8").EnumerateArray()];
        Assert.HasCount(firsts.Length, scores);
        foreach ((float[] row, JsonElement first) in scores.Zip(firsts))
        {
            AreClose(first.Numbers(), row[..8]);
        }

        AreClose(expected.GetProperty("score_max").Numbers(), [.. scores.Select(row => row.Max())]);
        CollectionAssert.AreEqual(expected.GetProperty("predicted_label").Integers(), scored.GetColumn<uint>("PredictedLabel").Select(label => (long)label).ToArray());

        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["Score"].GetSlotNames(ref names);
        string[] firstNames = [.. expected.GetProperty("slot_names_first3").EnumerateArray().Select(name => name.GetString()!)];
        CollectionAssert.AreEqual(firstNames, names.DenseValues().Take(3).Select(name => name.ToString()).ToArray());
    }

    private static ImageRow Row(int number) =>
        new() { Pixels = [.. ReferenceTensors.Numbers(Invariant($"golden/zip_row{number}"), 3 * Side * Side).Select(u => (byte)(256 * u))] };

    private static void AreClose(double[] expected, float[] found) => LossChecks.AreClose(expected, [.. found.Select(value => (double)value)], relative: 0, absolute: 1e-5);

    private static string Find(string file)
    {
        string path = Path.Combine(ReferenceFolder.Path, file);
        if (!ReferenceFolder.IsOwn && !File.Exists(path))
        {
            Assert.Inconclusive($"{ReferenceFolder.Path} holds no {file}.");
        }

        return path;
    }

    private sealed class ImageRow
    {
        [VectorType(3, Side, Side)]
        public byte[] Pixels { get; set; } = [];
    }
}
