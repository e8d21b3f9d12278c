using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>Values and gradients of the public reference implementations.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class ReferenceDistillersTests
{
    [TestMethod]
    public void Relational_ReferenceFeatures_ReferenceValueAndGradient() => CheckFeatures("rkd", Compare(new RelationalObjective()));

    [TestMethod]
    public void Probabilistic_ReferenceFeatures_ReferenceValueAndGradient() => CheckFeatures("pkt", Compare(new ProbabilisticObjective()));

    [TestMethod]
    public void Hint_ReferenceFeatures_ReferenceValueAndGradient() => CheckFeatures("hint", (student, teacher, _) => HintObjective.Hint(student, teacher));

    [TestMethod]
    public void Correlation_ReferenceFeatures_ReferenceValueAndGradient() => CheckFeatures("cc", (student, teacher, _) => CorrelationObjective.Congruence(student, teacher));

    [TestMethod]
    public void Attention_ReferenceMaps_ReferenceValuesAndGradients() => CheckMaps("at", Compare(new AttentionObjective()));

    [TestMethod]
    public void Similarity_ReferenceMaps_ReferenceValuesAndGradients() => CheckMaps("sp", Compare(new SimilarityObjective()));

    [TestMethod]
    public void NeuronSelectivity_ReferenceMaps_ReferenceValuesAndGradients() => CheckMaps("nst", Compare(new NeuronSelectivityObjective()));

    [TestMethod]
    public void Variational_ReferenceMaps_ReferenceValueAndGradients()
    {
        foreach (JsonElement losses in LossChecks.ReferenceLosses())
        {
            using var scope = NewDisposeScope();
            string prefix = losses.GetProperty("prefix").GetString()!;
            using var predictor = new VariationalObjective.Predictor(16, 24);
            using (no_grad())
            {
                foreach ((string name, Tensor value) in predictor.state_dict().Where(item => item.Key != "log_scale"))
                {
                    value.copy_(ReferenceTensors.Fill($"{prefix}vid.{name}", value.shape));
                }
            }

            Tensor student = ReferenceTensors.Uniform(prefix + "vid_s", -1, 1, 4, 16, 8, 8).requires_grad_(true);
            Tensor value0 = predictor.Compute(student, ReferenceTensors.Uniform(prefix + "vid_t", -1, 1, 4, 24, 8, 8));
            value0.backward();
            JsonElement expected = losses.GetProperty("vid");
            LossChecks.AreClose([expected.GetProperty("value").GetDouble()], value0.ToDoubles(), 1e-4, 1e-5);
            LossChecks.GradientIs(expected.GetProperty("grad_student"), student.grad!);
            LossChecks.GradientIs(expected.GetProperty("grad_log_scale"), predictor.get_parameter("log_scale")!.grad!);
        }
    }

    private static Func<Tensor, Tensor, int, Tensor> Compare(ComparingObjective objective) =>
        (student, teacher, pair) => objective.Compare(student, teacher, pair, new DistillationStep(null!, null!, null!, null));

    private static void CheckFeatures(string key, Func<Tensor, Tensor, int, Tensor> loss)
    {
        foreach (JsonElement losses in LossChecks.ReferenceLosses())
        {
            using var scope = NewDisposeScope();
            string prefix = losses.GetProperty("prefix").GetString()!;
            Tensor student = ReferenceTensors.Uniform(prefix + "feat_s", -1, 1, 8, 64).requires_grad_(true);
            Tensor value = loss(student, ReferenceTensors.Uniform(prefix + "feat_t", -1, 1, 8, 64), 0);
            value.backward();
            JsonElement expected = losses.GetProperty(key);
            LossChecks.AreClose([expected.GetProperty("value").GetDouble()], value.ToDoubles(), 1e-4, 1e-5);
            LossChecks.GradientIs(expected.GetProperty("grad_student"), student.grad!);
        }
    }

    private static void CheckMaps(string key, Func<Tensor, Tensor, int, Tensor> loss)
    {
        foreach (JsonElement losses in LossChecks.ReferenceLosses())
        {
            using var scope = NewDisposeScope();
            string prefix = losses.GetProperty("prefix").GetString()!;
            Tensor[] students = [Map(prefix + "map_s0", 16, 16).requires_grad_(true), Map(prefix + "map_s1", 32, 8).requires_grad_(true)];
            Tensor[] teachers = [Map(prefix + "map_t0", 24, 16), Map(prefix + "map_t1", 48, 4)];
            Tensor[] values = [.. students.Zip(teachers).Select((pair, i) => loss(pair.First, pair.Second, i))];
            (values[0] + values[1]).backward();
            JsonElement expected = losses.GetProperty(key);
            LossChecks.AreClose(expected.GetProperty("values").Numbers(), [.. values.Select(value => value.ToDouble())], 1e-4, 1e-5);
            for (int i = 0; i < students.Length; i++)
            {
                LossChecks.GradientIs(expected.GetProperty("grad_student")[i], students[i].grad!);
            }
        }
    }

    private static Tensor Map(string name, long channels, long side) => ReferenceTensors.Uniform(name, -1, 1, 8, channels, side, side);
}
