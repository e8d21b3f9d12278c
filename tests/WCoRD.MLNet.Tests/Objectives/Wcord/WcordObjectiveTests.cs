using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class WcordObjectiveTests
{
    private static readonly long[] RowLabels = [.. Enumerable.Range(0, 20).Select(i => i % 4L)];

    [TestMethod]
    public void Compute_TotalIsTheWeightedSumOfItsParts()
    {
        using var scope = NewDisposeScope();
        using var objective = Create();
        var value = objective.Compute(Step());
        CollectionAssert.AreEqual(new[] { "gckt", "lckt" }, value.Parts.Select(part => part.Name).ToArray());
        double[] parts = [.. value.Parts.Select(part => part.Value.ToDouble())];
        Assert.AreEqual((0.8 * parts[0]) + (0.05 * parts[1]), value.Total.ToDouble(), 1e-4);
        Assert.IsTrue(value.Total.requires_grad && value.Parts.All(part => !part.Value.requires_grad));
    }

    [TestMethod]
    public void Create_LocalOnly_HasHeadsButNoBanks()
    {
        using var objective = Create(options => options.GlobalWeight = 0);
        Assert.AreEqual(4, objective.parameters().Count());
        Assert.IsFalse(objective.state_dict().Keys.Any(name => name.Contains("memory", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void State_HasHeadsBanksNormalisersAndDraws()
    {
        using var objective = Create();
        CollectionAssert.AreEquivalent(
            new[]
            {
                "embed_s.linear.weight", "embed_s.linear.bias", "embed_s.spectral.u", "embed_s.spectral.v",
                "embed_t.linear.weight", "embed_t.linear.bias", "embed_t.spectral.u", "embed_t.spectral.v",
                "contrast.memory.student", "contrast.memory.teacher", "contrast.critic.log_z_student", "contrast.critic.log_z_teacher", "contrast.draws",
            },
            objective.state_dict().Keys.ToArray(), string.Join(" ", objective.state_dict().Keys));
    }

    [TestMethod]
    public void State_Loaded_ContinuesWithTheSameValue()
    {
        using var scope = NewDisposeScope();
        using var first = Create(options => options.Negatives = 7);
        first.Compute(Step());
        first.AfterStep();
        using var second = Create(options => options.Negatives = 7);
        second.load_state_dict(first.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.clone()));
        Assert.AreEqual(first.Compute(Step()).Total.ToDouble(), second.Compute(Step()).Total.ToDouble());
    }

    [TestMethod]
    public void Compute_Evaluation_ChangesNothing()
    {
        using var scope = NewDisposeScope();
        using var objective = Create();
        objective.eval();
        var before = objective.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.ToDoubles());
        objective.Compute(Step());
        objective.AfterStep();
        foreach (var (name, values) in objective.state_dict())
        {
            CollectionAssert.AreEqual(before[name], values.ToDoubles(), name);
        }
    }

    [TestMethod]
    [DataRow(TransportSolver.Ipot)]
    [DataRow(TransportSolver.Exact)]
    public void Measure_InTraining_TellsTheTransportsErrorsAndChangesNothing(TransportSolver solver)
    {
        using var scope = NewDisposeScope();
        using var objective = Create(options => (options.TransportSolver, options.TransportIterations) = (solver, 2));
        var before = objective.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.ToDoubles());
        var measured = objective.Measure(Step());
        CollectionAssert.AreEqual(new[] { "lckt_error", "lckt_excess" }, measured.Select(metric => metric.Name).ToArray());
        foreach (var (name, value) in measured)
        {
            Assert.IsTrue(solver == TransportSolver.Exact ? value < 1e-12 : value > 1e-6, $"{name} {value}");
        }

        Assert.IsTrue(objective.training);
        foreach (var (name, values) in objective.state_dict())
        {
            CollectionAssert.AreEqual(before[name], values.ToDoubles(), name);
        }
    }

    [TestMethod]
    public void Compute_RowWithoutLabel_HasEveryOtherRowAsNegative()
    {
        using var scope = NewDisposeScope();
        long[] labels = [0, 0, 1, DistillationStep.NoLabel, DistillationStep.NoLabel];
        var options = new WcordDistillationOptions { LocalWeight = 0, Critic = CriticForm.InfoNce, Negatives = 0, EmbeddingSize = 4 };
        double Loss(long row)
        {
            using WcordObjective objective = options.CreateObjective(Context(labels));
            foreach (var bank in objective.state_dict().Where(pair => pair.Key.Contains("memory", StringComparison.Ordinal)))
            {
                bank.Value.fill_(0.25f);
            }

            var student = new NetworkOutput([], ReferenceTensors.Uniform("fs", -1, 1, 1, 5), zeros(1, 2));
            var teacher = new NetworkOutput([], ReferenceTensors.Uniform("ft", -1, 1, 1, 7), zeros(1, 2));
            return objective.Compute(new DistillationStep { Indices = tensor(new[] { row }), Labels = tensor(new[] { labels[row] }), Student = student, Teacher = teacher }).Total.ToDouble() / 0.8;
        }

        // All rows of the banks are alike, so each side is the logarithm of the choices: 1 + negatives.
        Assert.AreEqual(2 * Math.Log(4), Loss(0), 1e-5);
        Assert.AreEqual(2 * Math.Log(5), Loss(3), 1e-5);
    }

    [TestMethod]
    public void Compute_NoTeacher_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var objective = Create();
        var error = Assert.ThrowsExactly<ArgumentException>(() => objective.Compute(Step() with { Teacher = null }));
        StringAssert.Contains(error.Message, "no teacher's output", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Create_TooManyNegatives_SaysFoundAndExpected()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Create(options => options.Negatives = 16));
        StringAssert.Contains(error.Message, "Negatives is 16: expected at most 15", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(CriticForm.Nce, null)]
    [DataRow(CriticForm.InfoNce, 0)]
    [DataRow(CriticForm.Dual, 5)]
    public void Step_LeavesNoTensors(CriticForm critic, int? negatives)
    {
        using var objective = Create(options => (options.Critic, options.Negatives) = (critic, negatives));
        LossChecks.LeavesNoTensors(() =>
        {
            using var scope = NewDisposeScope();
            var value = objective.Compute(Step());
            value.Total.backward();
            objective.AfterStep();
        });
    }

    [TestMethod]
    public void Compute_Gradient_ReachesStudentAndBothHeads()
    {
        using var scope = NewDisposeScope();
        using var objective = Create();
        var step = Step();
        objective.Compute(step).Total.backward();
        Assert.IsGreaterThan(0, step.Student.Features.grad!.norm().ToDouble());
        Assert.IsTrue(objective.parameters().All(parameter => parameter.grad!.norm().ToDouble() > 0));
    }

    [TestMethod]
    public void Preparation_SeedBank_FillsTheRowsOfTheStepAndLearnsNothing()
    {
        using var scope = NewDisposeScope();
        using WcordObjective objective = Create(options => options.SeedBank = true);
        Preparation preparation = objective.Preparation!;
        Assert.AreEqual((1, 0.0), (preparation.Epochs, preparation.LearningRate));
        var before = objective.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.ToDoubles());
        DistillationStep step = Step();
        ObjectiveValue value = preparation.Objective.Compute(step);
        value.Total.backward();
        Assert.AreEqual(0, step.Student.Features.grad!.norm().ToDouble());
        Assert.IsEmpty(preparation.Objective.parameters());

        // Rows 0, 5 and 10 are the unit embeddings, which score 1 with themselves; all else stays.
        var after = objective.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.ToDoubles());
        foreach (string name in after.Keys)
        {
            int[] changed = [.. Enumerable.Range(0, after[name].Length).Where(i => !before[name][i].Equals(after[name][i])).Select(i => i / 6).Distinct()];
            CollectionAssert.AreEqual(name.Contains("memory", StringComparison.Ordinal) ? [0, 5, 10] : Array.Empty<int>(), changed, name);
        }

        objective.eval();
        double score = objective.state_dict()["contrast.memory.student"][5].norm().ToDouble();
        Assert.AreEqual(1, score, 1e-6);
    }

    private static WcordObjective Create(Action<WcordDistillationOptions>? change = null)
    {
        var options = new WcordDistillationOptions { EmbeddingSize = 6, Critic = CriticForm.Nce };
        change?.Invoke(options);
        return options.CreateObjective(Context(RowLabels));
    }

    private static ObjectiveContext Context(long[] labels) =>
        new() { Student = new OutputShapes([], 5, 4), Teacher = new OutputShapes([], 7, 4), Labels = labels, Seed = 1 };

    private static DistillationStep Step()
    {
        var labels = tensor(new long[] { 0, 1, 2 });
        var student = new NetworkOutput([], ReferenceTensors.Uniform("fs", -1, 1, 3, 5).requires_grad_(true), ReferenceTensors.Uniform("ls", -1, 1, 3, 4).requires_grad_(true));
        var teacher = new NetworkOutput([], ReferenceTensors.Uniform("ft", -1, 1, 3, 7), ReferenceTensors.Uniform("lt", -1, 1, 3, 4));
        return new DistillationStep { Indices = tensor(new long[] { 0, 5, 10 }), Labels = labels, Student = student, Teacher = teacher };
    }
}
