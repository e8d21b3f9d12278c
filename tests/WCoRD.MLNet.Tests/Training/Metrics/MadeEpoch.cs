using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace WCoRD.MLNet.Tests;

/// <summary>Makes the metrics of an epoch, and compares them.</summary>
internal static class MadeEpoch
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static EpochMetrics Of(
        int epoch,
        int epochs,
        double rate,
        double loss,
        IReadOnlyDictionary<string, double> parts,
        double? accuracy = null,
        double? validation = null,
        IReadOnlyDictionary<string, double>? metrics = null) => new()
        {
            Epoch = epoch,
            Epochs = epochs,
            LearningRate = rate,
            Loss = loss,
            Parts = parts,
            Accuracy = accuracy,
            ValidationAccuracy = validation,
            Seconds = 3,
            ExamplesPerSecond = 100,
            Metrics = metrics ?? new Dictionary<string, double>(),
        };

    /// <summary>All numbers, to the bit.</summary>
    public static void AreEqual(EpochMetrics expected, EpochMetrics found) => Assert.AreEqual(Node(expected).ToJsonString(), Node(found).ToJsonString());

    /// <summary>All numbers but the time it took, to the bit.</summary>
    public static void AreEqualButInTime(EpochMetrics expected, EpochMetrics found)
    {
        JsonObject[] both = [Node(expected), Node(found)];
        foreach (JsonObject node in both)
        {
            Assert.IsTrue(node.Remove(nameof(EpochMetrics.Seconds)) && node.Remove(nameof(EpochMetrics.ExamplesPerSecond)));
        }

        Assert.AreEqual(both[0].ToJsonString(), both[1].ToJsonString());
    }

    private static JsonObject Node(EpochMetrics epoch) => JsonSerializer.SerializeToNode(epoch, Json)!.AsObject();
}
