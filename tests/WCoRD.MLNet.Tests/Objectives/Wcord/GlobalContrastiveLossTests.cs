using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class GlobalContrastiveLossTests
{
    private static readonly long[] RowLabels = [0, 0, 1, 1, 2, 2, 2];

    [TestMethod]
    [TestCategory("Golden")]
    public void Nce_ThreeStepsOnOneBank_AreTheReferences()
    {
        foreach (var losses in LossChecks.ReferenceLosses("crd"))
        {
            using var scope = NewDisposeScope();
            string prefix = losses.GetProperty("prefix").GetString()!;
            var crd = losses.GetProperty("crd");
            long Size(string name) => crd.GetProperty(name).GetInt64();
            var (rows, dimensions, batch) = (Size("n_data"), Size("feat_dim"), Size("batch"));
            using var studentHead = Head(prefix + "embed_s.", Size("student_dim"), dimensions);
            using var teacherHead = Head(prefix + "embed_t.", Size("teacher_dim"), dimensions);
            var critic = new NceCritic(crd.GetProperty("temperature").GetDouble());
            using var loss = new GlobalContrastiveLoss(new MemoryBank(new long[rows], dimensions, crd.GetProperty("momentum").GetDouble()), critic);
            double bound = 1 / Math.Sqrt(dimensions / 3.0);
            loss.Memory.Student.copy_(ReferenceTensors.Uniform(prefix + "contrast.memory_v1", -bound, bound, rows, dimensions));
            loss.Memory.Teacher.copy_(ReferenceTensors.Uniform(prefix + "contrast.memory_v2", -bound, bound, rows, dimensions));
            int number = 0;
            foreach (var step in crd.GetProperty("steps").EnumerateArray())
            {
                var student = ReferenceTensors.Uniform($"{prefix}crd_s{number}", -1, 1, batch, Size("student_dim")).requires_grad_(true);
                var teacher = ReferenceTensors.Uniform($"{prefix}crd_t{number++}", -1, 1, batch, Size("teacher_dim"));
                long[] index = step.GetProperty("index").Integers();
                var negatives = tensor(step.GetProperty("negatives").EnumerateArray().SelectMany(row => row.Integers()).ToArray(), [batch, Size("negatives")]);
                studentHead.zero_grad();
                teacherHead.zero_grad();
                var value = loss.ComputeAgainst(teacherHead.forward(teacher), studentHead.forward(student), tensor(index), negatives);
                value.backward();
                loss.AfterStep();

                double Value(string name) => step.GetProperty(name).GetDouble();
                var norms = step.GetProperty("grad_norms");
                LossChecks.AreClose([Value("value"), Value("z_s"), Value("z_t")], [value.ToDouble(), critic.StudentNormalizer, critic.TeacherNormalizer], 1e-4, 0);
                LossChecks.GradientIs(step.GetProperty("grad_student_feature"), student.grad!);
                foreach (var (head, name) in new[] { (studentHead, "embed_s"), (teacherHead, "embed_t") })
                {
                    double[] expected = [norms.GetProperty(name + "_weight").GetDouble(), norms.GetProperty(name + "_bias").GetDouble()];
                    LossChecks.AreClose(expected, [head.get_parameter("linear.weight")!.grad!.norm().ToDouble(), head.get_parameter("linear.bias")!.grad!.norm().ToDouble()], 1e-3, 0);
                }

                LossChecks.AreClose(step.GetProperty("bank_student_row0_after").Numbers(), loss.Memory.Student[index[0]].ToDoubles(), 1e-4, 1e-5);
                LossChecks.AreClose(step.GetProperty("bank_teacher_row0_after").Numbers(), loss.Memory.Teacher[index[0]].ToDoubles(), 1e-4, 1e-5);
            }
        }
    }

    [TestMethod]
    [DataRow(4, false)]
    [DataRow(5, true)]
    public void InfoNce_EqualScores_TwiceLogarithmOfChoices(int others, bool all)
    {
        using var scope = NewDisposeScope();
        using var loss = Loss(RowLabels, 3, CriticForm.InfoNce);
        loss.Memory.Student.fill_(0.4f);
        loss.Memory.Teacher.fill_(0.4f);
        var embedding = ones(1, 3).UnitRows();
        var value = loss.ComputeAgainst(embedding, embedding, tensor(new long[] { 0 }), all ? null : tensor(new long[] { 2, 3, 4, 5 }, [1, 4]));
        Assert.AreEqual(2 * Math.Log(others + 1), value.ToDouble(), 1e-5);
    }

    [TestMethod]
    public void Dual_OppositeEmbeddings_ReachesItsBounds()
    {
        using var scope = NewDisposeScope();
        using var loss = Loss([0, 1], 1, CriticForm.Dual);
        foreach (Tensor rows in new[] { loss.Memory.Student, loss.Memory.Teacher })
        {
            rows.copy_(tensor(new float[] { 1, -1 }, [2, 1]));
        }

        double Value(float embedding) => loss.ComputeAgainst(tensor(embedding).reshape(1, 1), tensor(embedding).reshape(1, 1), tensor(new long[] { 0 }), null).ToDouble();
        Assert.AreEqual(-2, Value(1), 1e-6);
        Assert.AreEqual(2, Value(-1), 1e-6);
    }

    [TestMethod]
    [DataRow(CriticForm.Nce)]
    [DataRow(CriticForm.InfoNce)]
    [DataRow(CriticForm.Dual)]
    public void Compute_AllOtherRows_EqualsListingThem(CriticForm critic) =>
        AssertEqualsListing(critic, [0, 3], [2, 3, 4, 5, 6, 0, 1, 4, 5, 6], drawn: null);

    [TestMethod]
    [DataRow(CriticForm.Nce)]
    [DataRow(CriticForm.InfoNce)]
    [DataRow(CriticForm.Dual)]
    public void Compute_SharedNegatives_EqualsListingThoseOfOtherClasses(CriticForm critic) =>
        // Of rows 1, 3, 5, 6 and 0, the examples' classes (0 and 2) leave three each.
        AssertEqualsListing(critic, [0, 4], [3, 5, 6, 1, 3, 0], drawn: [1, 3, 5, 6, 0]);

    [TestMethod]
    [DataRow(CriticForm.Nce)]
    [DataRow(CriticForm.InfoNce)]
    [DataRow(CriticForm.Dual)]
    public void Compute_SharedNegatives_HaveTheGradientOfThoseOfOtherClassesListed(CriticForm critic)
    {
        using var scope = NewDisposeScope();
        using var listed = Loss(RowLabels, 3, critic, 0.5);
        using var shared = Loss(RowLabels, 3, critic, 0.5);
        Tensor one = LossChecks.UnitRandom("v", 2, 3).requires_grad_(true), other = one.detach().clone().requires_grad_(true), u = LossChecks.UnitRandom("u", 2, 3);
        listed.to(ScalarType.Float64).ComputeAgainst(u, one, tensor(new long[] { 0, 4 }), tensor(new long[] { 3, 5, 6, 1, 3, 0 }, [2, 3])).backward();
        shared.to(ScalarType.Float64).ComputeAgainst(u, other, tensor(new long[] { 0, 4 }), tensor(new long[] { 1, 3, 5, 6, 0 })).backward();
        LossChecks.AreClose(one.grad!.ToDoubles(), other.grad!.ToDoubles(), 1e-9, 1e-12);
    }

    [TestMethod]
    public void Dual_SharedNegatives_EstimateTheMeanOverAllOtherClassesWithoutBias()
    {
        // Each anchor's mean over the drawn rows of other classes is one over a random choice of those: its mean over all draws is the mean
        // over all such rows. Of other rows' number alone, which classes of one size keep, the mean would not be.
        using var scope = NewDisposeScope();
        long[] labels = [.. Enumerable.Range(0, 40).Select(row => (long)(row % 4))];
        using var loss = Loss(labels, 8, CriticForm.Dual);
        var (u, v) = (LossChecks.UnitRandom("u", 3, 8).to_type(ScalarType.Float32), LossChecks.UnitRandom("v", 3, 8).to_type(ScalarType.Float32));
        Tensor indices = tensor(new long[] { 0, 1, 6 });
        double all = loss.ComputeAgainst(u, v, indices, null).ToDouble();
        var sampler = new NegativeSampler(labels, 12, seed: 1);
        double[] drawn = [.. Enumerable.Range(0, 1500).Select(number => loss.ComputeAgainst(u, v, indices, sampler.DrawShared(number)).ToDouble())];
        double mean = drawn.Average(), error = Math.Sqrt(drawn.Sum(value => (value - mean) * (value - mean)) / (drawn.Length - 1.0) / drawn.Length);
        Assert.IsGreaterThan(0, error);
        Assert.AreEqual(all, mean, 4 * error);
    }

    [TestMethod]
    public void InfoNce_SharedNegatives_EstimateTheSumOverAllOtherClassesWithoutBias()
    {
        // Of the loss exp(-side) = exp(g0) / (exp(g0) + sum_k exp(g_k)), only the sum is drawn: scaled by other rows to drawn rows, its mean is
        // the sum over all rows of other classes.
        using var scope = NewDisposeScope();
        long[] labels = [.. Enumerable.Range(0, 40).Select(row => (long)(row % 4))];
        using var loss = Loss(labels, 8, CriticForm.InfoNce);
        Tensor anchors = LossChecks.UnitRandom("u", 2, 8).to_type(ScalarType.Float32), indices = tensor(new long[] { 0, 1 });
        Tensor positives = loss.Memory.Teacher.index_select(0, indices);
        double[] expected = Sums(null).Sums;
        var sampler = new NegativeSampler(labels, 12, seed: 1);
        (double[] Sums, double[] Count)[] drawn = [.. Enumerable.Range(0, 1500).Select(number => Sums(sampler.DrawShared(number)))];
        foreach ((int anchor, double all) in expected.Index())
        {
            double[] found = [.. drawn.Select(sum => sum.Sums[anchor] * 30 / sum.Count[anchor])];
            double mean = found.Average(), error = Math.Sqrt(found.Sum(value => (value - mean) * (value - mean)) / (found.Length - 1.0) / found.Length);
            Assert.AreEqual(all, mean, 4 * error);
        }

        (double[] Sums, double[] Count) Sums(Tensor? rows)
        {
            OtherClasses others = OtherClasses.Than(loss.Memory.OwnClass(indices, rows), ScalarType.Float32);
            var scores = ContrastiveScores.OfOtherClasses(anchors, positives, loss.Memory.Teacher, others, rows);
            return (scores.Negative.exp().sum(1).ToDoubles(), scores.Count.ToDoubles());
        }
    }

    [TestMethod]
    [DataRow(CriticForm.Nce, true)]
    [DataRow(CriticForm.InfoNce, true)]
    [DataRow(CriticForm.Dual, true)]
    [DataRow(CriticForm.Nce, false)]
    [DataRow(CriticForm.InfoNce, false)]
    [DataRow(CriticForm.Dual, false)]
    public void Compute_Gradient_IsDifferenceQuotient(CriticForm critic, bool all)
    {
        using var scope = NewDisposeScope();
        using var loss = Loss(RowLabels, 3, critic, 0.5);
        loss.to(ScalarType.Float64);
        var other = LossChecks.UnitRandom("u", 2, 3);
        var indices = tensor(new long[] { 0, 3 });
        var negatives = all ? null : tensor(new long[] { 2, 5, 4, 1 }, [2, 2]);
        var at = LossChecks.UnitRandom("v", 2, 3);
        loss.ComputeAgainst(other, at, indices, negatives).Dispose();
        LossChecks.GradientIsDifferenceQuotient(x => loss.ComputeAgainst(other, x, indices, negatives), at);
        LossChecks.GradientIsDifferenceQuotient(x => loss.ComputeAgainst(x, other, indices, negatives), at);
    }

    [TestMethod]
    public void Gathered_DrawnRows_EqualTheProductsTheirGradientToo()
    {
        using var scope = NewDisposeScope();
        Tensor rows = LossChecks.UnitRandom("rows", 50, 8), negatives = randint(50, [3, 7], ScalarType.Int64);
        Tensor one = LossChecks.UnitRandom("v", 3, 8).requires_grad_(true), other = one.detach().clone().requires_grad_(true);
        Tensor gathered = ContrastiveScores.Gathered(one, rows, negatives), picked = ContrastiveScores.Products(other, rows).gather(1, negatives);
        LossChecks.AreClose(picked.ToDoubles(), gathered.ToDoubles(), 0, 1e-12);
        gathered.square().sum().backward();
        picked.square().sum().backward();
        LossChecks.AreClose(other.grad!.ToDoubles(), one.grad!.ToDoubles(), 0, 1e-12);
    }

    [TestMethod]
    public void Compute_FewNegativesOfManyRows_AreGatheredToTheSameLoss()
    {
        using var scope = NewDisposeScope();
        const int Rows = (2 * ContrastiveScores.GatherFrom) + 2;
        long[] labels = [.. Enumerable.Range(0, Rows).Select(row => (long)(row % 2))];
        using var loss = Loss(labels, 3, CriticForm.InfoNce);
        var (u, v) = (LossChecks.UnitRandom("u", 1, 3).to_type(ScalarType.Float32), LossChecks.UnitRandom("v", 1, 3).to_type(ScalarType.Float32));
        Tensor indices = tensor(new long[] { 0 }), negatives = tensor(new long[] { 1, 7 }, [1, 2]);

        // -log(exp(s0) / (exp(s0) + exp(s1) + exp(s2))) of the scores, written down.
        double Side(Tensor anchor, Tensor bank)
        {
            double[] scores = bank.index_select(0, tensor(new long[] { 0, 1, 7 })).matmul(anchor[0]).ToDoubles();
            return Math.Log(scores.Sum(score => Math.Exp(score / 0.07))) - (scores[0] / 0.07);
        }

        Assert.AreEqual(Side(v, loss.Memory.Teacher) + Side(u, loss.Memory.Student), loss.ComputeAgainst(u, v, indices, negatives).ToDouble(), 1e-4);
    }

    [TestMethod]
    public void Queue_OfTwo_HoldsTheLastExamplesAndTheirClasses()
    {
        using var scope = NewDisposeScope();
        using var loss = new GlobalContrastiveLoss(new EmbeddingQueue([0, 1, 1, 0], 2, 2), new InfoNceCritic(1));
        Step(0, [1, 0], [0, 1]);
        Step(1, [0, 1], [1, 0]);

        // The queue holds row 0 of the anchor's class 0, which is passed over, and row 1 of class 1. Student: positive 0.6, negative 0.8; teacher: positive 0.6, negative 1.
        double found = Step(3, [1, 0], [0.6f, 0.8f]);
        Assert.AreEqual(Math.Log(1 + Math.Exp(0.2)) + Math.Log(1 + Math.Exp(0.4)), found, 1e-6);
        LossChecks.AreClose([1, 0, 0, 1], loss.Memory.Teacher.ToDoubles(), 0, 1e-6);
        LossChecks.AreClose([0.6, 0.8, 1, 0], loss.Memory.Student.ToDoubles(), 0, 1e-6);

        double Step(long row, float[] teacher, float[] student)
        {
            double value = loss.ComputeAgainst(tensor(teacher, [1, 2]), tensor(student, [1, 2]), tensor(new[] { row }), null).ToDouble();
            loss.AfterStep();
            return value;
        }
    }

    [TestMethod]
    public void Bank_InBFloat16_GivesNearlyTheLossOfFloat32AtHalfTheMemory()
    {
        using var scope = NewDisposeScope();
        using var whole = Loss(RowLabels, 128, CriticForm.InfoNce);
        using var half = Loss(RowLabels, 128, CriticForm.InfoNce, type: ScalarType.BFloat16);
        Assert.AreEqual(whole.Memory.SizeInMiB / 2, half.Memory.SizeInMiB);
        var (u, v) = (LossChecks.UnitRandom("u", 2, 128).to_type(ScalarType.Float32), LossChecks.UnitRandom("v", 2, 128).to_type(ScalarType.Float32));
        var indices = tensor(new long[] { 0, 3 });
        foreach (GlobalContrastiveLoss loss in new[] { whole, half })
        {
            loss.ComputeAgainst(u, v, indices, null);
            loss.AfterStep();
        }

        Assert.AreEqual(whole.ComputeAgainst(u, v, indices, null).ToDouble(), half.ComputeAgainst(u, v, indices, null).ToDouble(), 0.05);
        Assert.AreEqual(ScalarType.BFloat16, half.Memory.Teacher.dtype);
    }

    [TestMethod]
    public void Nce_TinyTemperature_StaysFinite()
    {
        using var scope = NewDisposeScope();
        using var loss = Loss(RowLabels, 3, CriticForm.Nce, 1e-3);
        var v = LossChecks.UnitRandom("v", 2, 3).to_type(ScalarType.Float32).requires_grad_(true);
        var value = loss.ComputeAgainst(v.detach(), v, tensor(new long[] { 0, 3 }), null);
        value.backward();
        Assert.IsTrue(double.IsFinite(value.ToDouble()) && v.grad!.isfinite().all().ToBoolean());
    }

    [TestMethod]
    public void AfterStep_UpdatesBanks_ComputeDoesNot_NormalizerStays()
    {
        using var scope = NewDisposeScope();
        var critic = new NceCritic(0.07);
        using var loss = new GlobalContrastiveLoss(new MemoryBank(RowLabels, 3), critic);
        Assert.IsTrue(double.IsNaN(critic.StudentNormalizer));
        double[] before = loss.Memory.Teacher.ToDoubles();
        var indices = tensor(new long[] { 0, 3 });
        var (u, v) = (LossChecks.UnitRandom("u", 2, 3).to_type(ScalarType.Float32), LossChecks.UnitRandom("v", 2, 3).to_type(ScalarType.Float32));
        loss.ComputeAgainst(u, v, indices, null);
        CollectionAssert.AreEqual(before, loss.Memory.Teacher.ToDoubles());
        double z = critic.StudentNormalizer;
        Assert.IsTrue(double.IsFinite(z));

        loss.AfterStep();
        LossChecks.AreClose([1, 1], loss.Memory.Teacher.index_select(0, indices).norm(1).ToDoubles(), 0, 1e-6);
        CollectionAssert.AreEqual(before[3..9], loss.Memory.Teacher.ToDoubles()[3..9]);
        loss.ComputeAgainst(v, u, indices, null);
        Assert.AreEqual(z, critic.StudentNormalizer);
    }

    [TestMethod]
    public void Compute_Evaluation_ChangesNothing()
    {
        using var scope = NewDisposeScope();
        var critic = new NceCritic(0.07);
        using var loss = new GlobalContrastiveLoss(new MemoryBank(RowLabels, 3), critic);
        loss.eval();
        double[] before = loss.Memory.Teacher.ToDoubles();
        var u = LossChecks.UnitRandom("u", 1, 3).to_type(ScalarType.Float32);
        loss.ComputeAgainst(u, u, tensor(new long[] { 0 }), null);
        loss.AfterStep();
        CollectionAssert.AreEqual(before, loss.Memory.Teacher.ToDoubles());
        Assert.IsTrue(double.IsNaN(critic.StudentNormalizer));
    }

    private static void AssertEqualsListing(CriticForm critic, long[] examples, long[] others, long[]? drawn)
    {
        using var scope = NewDisposeScope();
        using var listed = Loss(RowLabels, 3, critic);
        using var found = Loss(RowLabels, 3, critic);
        var u = LossChecks.UnitRandom("u", 2, 3).to_type(ScalarType.Float32);
        var v = LossChecks.UnitRandom("v", 2, 3).to_type(ScalarType.Float32);
        var indices = tensor(examples);
        double expected = listed.ComputeAgainst(u, v, indices, tensor(others, [2, others.Length / 2])).ToDouble();
        Assert.AreEqual(expected, found.ComputeAgainst(u, v, indices, drawn is null ? null : tensor(drawn)).ToDouble(), 1e-5);
    }

    private static GlobalContrastiveLoss Loss(long[] labels, long size, CriticForm form, double temperature = 0.07, ScalarType type = ScalarType.Float32) =>
        new(new MemoryBank(labels, size, generator: new Generator(5), type: type), Critic.Create(form, temperature));

    private static ProjectionHead Head(string name, long features, long dimensions)
    {
        var head = new ProjectionHead(features, dimensions, spectralNormalization: false);
        using var noGradient = no_grad();
        head.get_parameter("linear.weight")!.copy_(ReferenceTensors.Fill(name + "linear.weight", dimensions, features));
        head.get_parameter("linear.bias")!.copy_(ReferenceTensors.Fill(name + "linear.bias", dimensions));
        return head;
    }
}
