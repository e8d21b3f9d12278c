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
    public void ActivationBoundary_ReferenceMaps_ReferenceValuesAndGradients() => CheckStages(
        "ab",
        prefix => [.. new[] { (16L, 8L), (32, 4) }.Select((size, i) => (Map(prefix + $"ab_s{i}", -2, size.Item1, size.Item2), Map(prefix + $"ab_t{i}", -2, size.Item1, size.Item2)))],
        (students, teachers) => [.. students.Zip(teachers).Select((pair, i) => ActivationBoundaryObjective.Boundary(pair.First, pair.Second) * Math.Pow(2, i - 1))]);

    [TestMethod]
    public void Factor_ReferenceMaps_ReferenceValueAndGradient() => CheckStages(
        "ft",
        prefix => [(Map(prefix + "ft_s", -1, 16, 8), Map(prefix + "ft_t", -1, 16, 8))],
        (students, teachers) => [FactorObjective.Transfer(students[0], teachers[0])]);

    [TestMethod]
    public void Flow_ReferenceMaps_ReferenceValueAndGradients() => CheckStages(
        "fsp",
        prefix => [.. new[] { (16L, 16L), (32, 8) }.Select((size, i) => (Map(prefix + $"fsp_s{i}", -1, size.Item1, size.Item2), Map(prefix + $"fsp_t{i}", -1, size.Item1, size.Item2)))],
        (students, teachers) => [(FlowObjective.Flows(students)[0] - FlowObjective.Flows(teachers)[0]).square().mean()]);

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

    private static void CheckStages(string key, Func<string, (Tensor Student, Tensor Teacher)[]> maps, Func<Tensor[], Tensor[], Tensor[]> loss)
    {
        foreach (JsonElement losses in LossChecks.ReferenceLosses())
        {
            using var scope = NewDisposeScope();
            (Tensor Student, Tensor Teacher)[] pairs = maps(losses.GetProperty("prefix").GetString()!);
            Tensor[] students = [.. pairs.Select(pair => pair.Student.requires_grad_(true))];
            Tensor[] values = loss(students, [.. pairs.Select(pair => pair.Teacher)]);
            values.Aggregate((sum, value) => sum + value).backward();
            JsonElement expected = losses.GetProperty(key), gradients = expected.GetProperty("grad_student");
            double[] expectedValues = expected.TryGetProperty("values", out JsonElement several) ? several.Numbers() : [expected.GetProperty("value").GetDouble()];
            LossChecks.AreClose(expectedValues, [.. values.Select(value => value.ToDouble())], 1e-4, 1e-5);
            for (int i = 0; i < students.Length; i++)
            {
                LossChecks.GradientIs(gradients.ValueKind == JsonValueKind.Array ? gradients[i] : gradients, students[i].grad!);
            }
        }
    }

    private static Tensor Map(string name, double bound, long channels, long side) => ReferenceTensors.Uniform(name, bound, -bound, 4, channels, side, side);

    private static Tensor Map(string name, long channels, long side) => ReferenceTensors.Uniform(name, -1, 1, 8, channels, side, side);
}
