using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class WcordObjectiveTests
{
    private static readonly long[] RowLabels = [.. Enumerable.Range(0, 20).Select(i => i % 4L)];
    private static readonly WcordObjectiveSettings AllParts = new() { EmbeddingSize = 6, SoftTargetWeight = 0.5 };

    [TestMethod]
    public void Settings_Defaults_AreTheOptions()
    {
        var settings = new WcordObjectiveSettings();
        var options = new WcordDistillationOptions();
        foreach (var property in typeof(WcordObjectiveSettings).GetProperties())
        {
            Assert.AreEqual(typeof(WcordDistillationOptions).GetProperty(property.Name)!.GetValue(options), property.GetValue(settings), property.Name);
        }
    }

    [TestMethod]
    public void Compute_TotalIsTheWeightedSumOfItsParts()
    {
        using var scope = NewDisposeScope();
        using var objective = new WcordObjective(AllParts, 5, 7, RowLabels, 1);
        var value = objective.Compute(Step());
        CollectionAssert.AreEqual(new[] { "ce", "gckt", "lckt", "kd" }, value.Parts.Select(part => part.Name).ToArray());
        double[] parts = [.. value.Parts.Select(part => part.Value.ToDouble())];
        Assert.AreEqual(parts[0] + (0.8 * parts[1]) + (0.05 * parts[2]) + (0.5 * parts[3]), value.Total.ToDouble(), 1e-4);
        Assert.IsTrue(value.Total.requires_grad && value.Parts.All(part => !part.Value.requires_grad));
    }

    [TestMethod]
    public void Create_WeightsZero_BuildsNothing()
    {
        using var scope = NewDisposeScope();
        using var objective = new WcordObjective(AllParts with { GlobalWeight = 0, LocalWeight = 0, SoftTargetWeight = 0 }, 5, 7, RowLabels, 1);
        Assert.IsEmpty(objective.state_dict());
        var step = Step() with { Teacher = null };
        using var plain = new CrossEntropyObjective();
        Assert.AreEqual(plain.Compute(step).Total.ToDouble(), objective.Compute(step).Total.ToDouble());
    }

    [TestMethod]
    public void Create_LocalOnly_HasHeadsButNoBanks()
    {
        using var objective = new WcordObjective(AllParts with { GlobalWeight = 0 }, 5, 7, RowLabels, 1);
        Assert.AreEqual(4, objective.parameters().Count());
        Assert.IsFalse(objective.state_dict().Keys.Any(name => name.Contains("bank", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void State_HasHeadsBanksNormalisersAndDraws()
    {
        using var objective = new WcordObjective(AllParts, 5, 7, RowLabels, 1);
        CollectionAssert.AreEquivalent(
            new[]
            {
                "embed_s.linear.weight", "embed_s.linear.bias", "embed_s.spectral.u", "embed_s.spectral.v",
                "embed_t.linear.weight", "embed_t.linear.bias", "embed_t.spectral.u", "embed_t.spectral.v",
                "contrast.student_bank.rows", "contrast.teacher_bank.rows", "contrast.log_z_student", "contrast.log_z_teacher", "draws",
            },
            objective.state_dict().Keys.ToArray(), string.Join(" ", objective.state_dict().Keys));
    }

    [TestMethod]
    public void State_Loaded_ContinuesWithTheSameValue()
    {
        using var scope = NewDisposeScope();
        using var first = new WcordObjective(AllParts with { Negatives = 7 }, 5, 7, RowLabels, 1);
        first.Compute(Step());
        first.AfterStep();
        using var second = new WcordObjective(AllParts with { Negatives = 7 }, 5, 7, RowLabels, 1);
        second.load_state_dict(first.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.clone()));
        Assert.AreEqual(first.Compute(Step()).Total.ToDouble(), second.Compute(Step()).Total.ToDouble());
    }

    [TestMethod]
    public void Compute_Evaluation_ChangesNothing()
    {
        using var scope = NewDisposeScope();
        using var objective = new WcordObjective(AllParts, 5, 7, RowLabels, 1);
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
        using var objective = new WcordObjective(AllParts with { TransportSolver = solver, TransportIterations = 2 }, 5, 7, RowLabels, 1);
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
        var settings = new WcordObjectiveSettings { CrossEntropyWeight = 0, LocalWeight = 0, Critic = CriticForm.InfoNce, Negatives = 0, EmbeddingSize = 4 };
        double Loss(long row)
        {
            using var objective = new WcordObjective(settings, 5, 7, labels, 1);
            foreach (var bank in objective.state_dict().Where(pair => pair.Key.EndsWith("rows", StringComparison.Ordinal)))
            {
                bank.Value.fill_(0.25f);
            }

            var student = new NetworkOutput([], ReferenceTensors.Uniform("fs", -1, 1, 1, 5), zeros(1, 2));
            var teacher = new NetworkOutput([], ReferenceTensors.Uniform("ft", -1, 1, 1, 7), zeros(1, 2));
            return objective.Compute(new DistillationStep(tensor(new[] { row }), tensor(new[] { labels[row] }), student, teacher)).Total.ToDouble() / 0.8;
        }

        // All rows of the banks are alike, so each side is the logarithm of the choices: 1 + negatives.
        Assert.AreEqual(2 * Math.Log(4), Loss(0), 1e-5);
        Assert.AreEqual(2 * Math.Log(5), Loss(3), 1e-5);
    }

    [TestMethod]
    public void Compute_NoTeacher_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var objective = new WcordObjective(AllParts, 5, 7, RowLabels, 1);
        var error = Assert.ThrowsExactly<ArgumentException>(() => objective.Compute(Step() with { Teacher = null }));
        StringAssert.Contains(error.Message, "no teacher's output", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Create_TooManyNegatives_SaysFoundAndExpected()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new WcordObjective(AllParts with { Negatives = 16 }, 5, 7, RowLabels, 1));
        StringAssert.Contains(error.Message, "Negatives is 16: expected at most 15", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(CriticForm.Nce, null)]
    [DataRow(CriticForm.InfoNce, 0)]
    [DataRow(CriticForm.Dual, 5)]
    public void Step_LeavesNoTensors(CriticForm critic, int? negatives)
    {
        using var objective = new WcordObjective(AllParts with { Critic = critic, Negatives = negatives }, 5, 7, RowLabels, 1);
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
        using var objective = new WcordObjective(AllParts, 5, 7, RowLabels, 1);
        var step = Step();
        objective.Compute(step).Total.backward();
        Assert.IsGreaterThan(0, step.Student.Features.grad!.norm().ToDouble());
        Assert.IsTrue(objective.parameters().All(parameter => parameter.grad!.norm().ToDouble() > 0));
    }

    private static DistillationStep Step()
    {
        var labels = tensor(new long[] { 0, 1, 2 });
        var student = new NetworkOutput([], ReferenceTensors.Uniform("fs", -1, 1, 3, 5).requires_grad_(true), ReferenceTensors.Uniform("ls", -1, 1, 3, 4).requires_grad_(true));
        var teacher = new NetworkOutput([], ReferenceTensors.Uniform("ft", -1, 1, 3, 7), ReferenceTensors.Uniform("lt", -1, 1, 3, 4));
        return new DistillationStep(tensor(new long[] { 0, 5, 10 }), labels, student, teacher);
    }
}
