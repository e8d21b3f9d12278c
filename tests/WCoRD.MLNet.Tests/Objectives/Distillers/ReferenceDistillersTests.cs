using System.Text.Json;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>Values and gradients of the public reference implementations, through the same calls as a training's.</summary>
/// <remarks>The reference values are of the bare losses: connectors and heads are set to what changes nothing.</remarks>
[TestClass]
[TestCategory("Golden")]
public sealed class ReferenceDistillersTests
{
    // Maps are lifted by it above every rectifier.
    private const double Lift = 2;

    // With it, a new batch norm in evaluation divides by exactly 1.
    private const double UnitVariance = 1 - 1e-5;

    [TestMethod]
    public void Relational_ReferenceFeatures_ReferenceValueAndGradient() => Check("rkd", Features, (_, _) => new RkdObjective());

    [TestMethod]
    public void Probabilistic_ReferenceFeatures_ReferenceValueAndGradient() => Check("pkt", Features, (_, _) => new PktObjective());

    [TestMethod]
    public void Correlation_ReferenceFeatures_ReferenceValueAndGradient() => Check("cc", Features, (_, context) =>
    {
        var objective = new CcObjective(context);
        foreach (string head in (string[])["embed_s", "embed_t"])
        {
            Set(objective, $"{head}.weight", weight => eye(weight.shape[0], weight.shape[1]));
            Set(objective, $"{head}.bias", bias => zeros_like(bias));
        }

        return objective;
    });

    [TestMethod]
    public void Hint_ReferenceFeatures_ReferenceValueAndGradient() => Check("hint", LiftedHints, (_, context) =>
    {
        var objective = new FitNetObjective(context);
        Set(objective, "regress_s.conv.weight", weight => eye(weight.shape[0]).view(weight.shape));
        Set(objective, "regress_s.conv.bias", bias => full_like(bias, Lift));
        Set(objective, "regress_s.bn.running_var", variance => full_like(variance, UnitVariance));
        return objective;
    });

    [TestMethod]
    public void Attention_ReferenceMaps_ReferenceValuesAndGradients() => Check("at", Maps, (_, _) => new AtObjective());

    /// <summary>It compares last maps alone: each of the two reference maps is one in turn.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void Similarity_ReferenceMaps_ReferenceValuesAndGradients(int map) => Check("sp", prefix => Maps(prefix).Only(map), (_, _) => new SpObjective());

    [TestMethod]
    public void NeuronSelectivity_ReferenceMaps_ReferenceValuesAndGradients() => Check("nst", Maps, (_, _) => new NstObjective());

    [TestMethod]
    public void ActivationBoundary_ReferenceMaps_ReferenceValuesAndGradients() => Check("ab", Boundaries, (_, context) => new AbObjective(context));

    [TestMethod]
    public void Flow_ReferenceMaps_ReferenceValueAndGradients() => Check("fsp", Flows, (_, context) => new FspObjective(context));

    [TestMethod]
    public void Factor_ReferenceMaps_ReferenceValueAndGradient() => Check("ft", Factors, (_, context) =>
    {
        var objective = new FtObjective(context);
        Pass("paraphraser.encoder", 0, 2, 4);
        Pass("translator", 0, 3, 6);
        foreach (int norm in (int[])[1, 4, 7])
        {
            Set(objective, $"translator.{norm}.running_var", variance => full_like(variance, UnitVariance));
        }

        return objective;

        // What a leaky rectifier makes of x and of -x has the squares 1 x^2 and 0.01 x^2, whatever the sign: the attention of both is that of x.
        void Pass(string layers, int first, int second, int third)
        {
            PassOne(first, (rows, columns) => eye(rows, columns), Lift);
            PassOne(second, (rows, columns) => eye(rows, columns), 0);
            PassOne(third, (rows, columns) => cat([eye(rows / 2, columns), -eye(rows / 2, columns)], 0), 0);
            Set(objective, $"{layers}.{third}.bias", bias => cat([full(bias.shape[0] / 2, -Lift), full(bias.shape[0] / 2, Lift)], 0));

            void PassOne(int layer, Func<long, long, Tensor> matrix, double lift)
            {
                Set(objective, $"{layers}.{layer}.weight", weight => nn.functional.pad(matrix(weight.shape[0], weight.shape[1]).view(weight.shape[0], weight.shape[1], 1, 1), [1, 1, 1, 1]));
                Set(objective, $"{layers}.{layer}.bias", bias => full_like(bias, lift));
            }
        }
    });

    [TestMethod]
    public void Variational_ReferenceMaps_ReferenceValueAndGradients() => Check(
        "vid",
        Predictions,
        (losses, context) =>
        {
            var objective = new VidObjective(context);
            foreach (int layer in (int[])[0, 2, 4])
            {
                Set(objective, $"0.regressor.{layer}.weight", weight => ReferenceTensors.Fill($"{Prefix(losses)}vid.regressor.{layer}.weight", weight.shape));
            }

            return objective;
        },
        (expected, objective) => LossChecks.GradientIs(expected.GetProperty("grad_log_scale"), objective.get_parameter("0.log_scale")!.grad!));

    [TestMethod]
    public void Decoupled_ReferenceLogits_ReferenceValueAndGradient() => Check("dkd", Logits, (losses, _) =>
        new DkdObjective(Number(losses, "dkd", "alpha"), Number(losses, "dkd", "beta"), Number(losses, "dkd", "temperature")));

    [TestMethod]
    public void Dist_ReferenceLogits_ReferenceValueAndGradient() => Check("dist", Logits, (losses, _) =>
        new DistObjective(Number(losses, "dist", "beta"), Number(losses, "dist", "gamma"), Number(losses, "dist", "temperature")));

    [TestMethod]
    public void StandardizedSoftTargets_ReferenceLogits_ReferenceValueAndGradient() => Check("kd_ls", Logits, (losses, _) =>
        new KdLsObjective(Number(losses, "kd_ls", "temperature")));

    [TestMethod]
    [DataRow("kd_T1", 1)]
    [DataRow("kd_T4", 4)]
    public void SoftTargets_ReferenceLogits_ReferenceValueAndGradient(string key, double temperature) => Check(key, Logits, (_, _) => new SoftTargetsObjective(temperature));

    private static void Check(string key, Func<string, ReferencePair> read, Func<JsonElement, ObjectiveContext, Objective> create, Action<JsonElement, Objective>? more = null)
    {
        foreach (JsonElement losses in LossChecks.ReferenceLosses(key))
        {
            using var scope = NewDisposeScope();
            ReferencePair pair = read(Prefix(losses));
            using Objective objective = create(losses, pair.Context);
            objective.eval();
            Tensor labels = tensor(losses.TryGetProperty("labels", out JsonElement listed) ? listed.Integers() : [.. Enumerable.Repeat(0L, (int)pair.Student.Features.shape[0])]);
            ObjectiveValue value = objective.Compute(new DistillationStep { Indices = arange(labels.shape[0]), Labels = labels, Student = pair.Student, Teacher = pair.Teacher });
            value.Total.backward();

            JsonElement expected = losses.GetProperty(key), gradients = expected.GetProperty("grad_student");
            double[] values = expected.TryGetProperty("values", out JsonElement stages) ? stages.Numbers() : [expected.GetProperty("value").GetDouble()];
            double sum = pair.Map is { } map ? values[map] : values.Sum();
            LossChecks.AreClose([sum, sum], [.. value.Total.ToDoubles(), .. value.Parts.Single().Value.ToDoubles()], 1e-4, 1e-5);
            JsonElement[] each = gradients.ValueKind != JsonValueKind.Array ? [gradients] : pair.Map is { } only ? [gradients[only]] : [.. gradients.EnumerateArray()];
            Assert.HasCount(each.Length, pair.Inputs);
            foreach ((JsonElement gradient, Tensor input) in each.Zip(pair.Inputs))
            {
                LossChecks.GradientIs(gradient, input.grad!);
            }

            more?.Invoke(expected, objective);
        }
    }

    private static ReferencePair Features(string prefix)
    {
        Tensor student = Input(prefix + "feat_s", 1, 8, 64);
        return new ReferencePair([student], Output([], student), Output([], Teacher(prefix + "feat_t", 1, 8, 64)));
    }

    private static ReferencePair LiftedHints(string prefix)
    {
        Tensor student = Input(prefix + "feat_s", 1, 8, 64), stem = zeros(8, 1, 1, 1), teacher = Teacher(prefix + "feat_t", 1, 8, 64) + Lift;
        return new ReferencePair([student], Output([stem, stem, student.view(8, 64, 1, 1)]), Output([stem, stem, teacher.view(8, 64, 1, 1)]));
    }

    private static ReferencePair Maps(string prefix)
    {
        Tensor[] students = [Input(prefix + "map_s0", 1, 8, 16, 16, 16), Input(prefix + "map_s1", 1, 8, 32, 8, 8)];
        return Stages(students, Teacher(prefix + "map_t0", 1, 8, 24, 16, 16), Teacher(prefix + "map_t1", 1, 8, 48, 4, 4));
    }

    private static ReferencePair Boundaries(string prefix)
    {
        Tensor[] students = [Input(prefix + "ab_s0", 2, 4, 16, 8, 8), Input(prefix + "ab_s1", 2, 4, 32, 4, 4)];
        return Stages(students, Teacher(prefix + "ab_t0", 2, 4, 16, 8, 8), Teacher(prefix + "ab_t1", 2, 4, 32, 4, 4));
    }

    private static ReferencePair Predictions(string prefix) => Stages([Input(prefix + "vid_s", 1, 4, 16, 8, 8)], Teacher(prefix + "vid_t", 1, 4, 24, 8, 8));

    private static ReferencePair Flows(string prefix)
    {
        Tensor[] students = [Input(prefix + "fsp_s0", 1, 4, 16, 16, 16), Input(prefix + "fsp_s1", 1, 4, 32, 8, 8)];
        return new ReferencePair(students, Output(students), Output([Teacher(prefix + "fsp_t0", 1, 4, 16, 16, 16), Teacher(prefix + "fsp_t1", 1, 4, 32, 8, 8)]));
    }

    /// <summary>The teacher's map is filled up with empty channels, so that its paraphrase, half as wide, holds every channel twice.</summary>
    private static ReferencePair Factors(string prefix)
    {
        Tensor student = Input(prefix + "ft_s", 1, 4, 16, 8, 8);
        return new ReferencePair([student], Output([student]), Output([cat([Teacher(prefix + "ft_t", 1, 4, 16, 8, 8), zeros(4, 48, 8, 8)], 1)]));
    }

    private static ReferencePair Logits(string prefix)
    {
        Tensor student = Input(prefix + "logit_s", 5, 8, 100), features = zeros(8, 1);
        return new ReferencePair([student], new NetworkOutput([], features, student), new NetworkOutput([], features, Teacher(prefix + "logit_t", 5, 8, 100)));
    }

    private static ReferencePair Stages(Tensor[] students, params Tensor[] teachers)
    {
        Tensor stem = zeros(students[0].shape[0], 1, 1, 1);
        return new ReferencePair(students, Output([stem, .. students]), Output([stem, .. teachers]));
    }

    private static NetworkOutput Output(Tensor[] maps, Tensor? features = null)
    {
        Tensor penultimate = features ?? zeros(maps[0].shape[0], 1);
        return new NetworkOutput(maps, penultimate, zeros([penultimate.shape[0], 0]));
    }

    private static Tensor Input(string name, double bound, params long[] shape) => Teacher(name, bound, shape).requires_grad_(true);

    private static Tensor Teacher(string name, double bound, params long[] shape) => ReferenceTensors.Uniform(name, -bound, bound, shape);

    private static void Set(Objective objective, string name, Func<Tensor, Tensor> value)
    {
        using var frozen = no_grad();
        Tensor parameter = objective.state_dict()[name];
        parameter.copy_(value(parameter));
    }

    private static string Prefix(JsonElement losses) => losses.GetProperty("prefix").GetString()!;

    private static double Number(JsonElement losses, string key, string name) => losses.GetProperty(key).GetProperty(name).GetDouble();

    /// <summary>What both networks give, and the student's tensors whose gradients are compared.</summary>
    private sealed record ReferencePair(Tensor[] Inputs, NetworkOutput Student, NetworkOutput Teacher)
    {
        /// <summary>The number of the one map that is left; null: all are.</summary>
        public int? Map { get; private init; }

        public ObjectiveContext Context => new() { Student = Shapes(Student), Teacher = Shapes(Teacher), Labels = [], Seed = 1 };

        /// <summary>The same with one of the maps behind the stem.</summary>
        public ReferencePair Only(int map) => new([Inputs[map]], Output([Student.StageMaps[0], Student.StageMaps[map + 1]]), Output([Teacher.StageMaps[0], Teacher.StageMaps[map + 1]])) { Map = map };

        private static OutputShapes Shapes(NetworkOutput output) =>
            new([.. output.StageMaps.Select(map => (map.shape[1], map.shape[2], map.shape[3]))], (int)output.Features.shape[1], (int)output.Logits.shape[1]);
    }
}
