using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class DistillersTests
{
    public static IEnumerable<object[]> AllNames() => Distillers.Names.Select(name => new object[] { name });

    [TestMethod]
    public void Named_WeightsAreThoseOfTheReferenceScripts()
    {
        string[] expected = ["100 hint", "1000 at", "3000 sp", "0.02 cc", "1 vid", "1 rkd", "30000 pkt", "50 nst", "1 ab", "200 ft", "50 fsp", "1 kdsvd", "0.8 crd", "1 wcord", "1 dkd", "1 dist", "9 kd_ls"];
        CollectionAssert.AreEqual(expected, Distillers.Names.Select(name => Distillers.Named(name).ToString()).ToArray());
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Distillers.Named("kdx")).Message, "There is no distiller 'kdx'. Choose one of: hint, at");
    }

    [TestMethod]
    [DynamicData(nameof(AllNames))]
    public void Distiller_OfDifferentNetworks_TrainsStudentAndItsOwnPartsAndLeavesNoTensor(string name)
    {
        using FeatureNetwork student = NetworkCatalog.Create("resnet8", 5, 3, new Generator(1)), teacher = NetworkCatalog.Create(name is "fsp" or "kdsvd" ? "resnet14" : "wrn_16_2", 5, 3, new Generator(2));
        teacher.eval();
        ObjectiveContext context = Context(student.ShapesFor(16, 16), teacher.ShapesFor(16, 16), 0, 1, 2, 3);
        using Objective objective = Distillers.Named(name).Create(context);
        using Tensor pixels = ReferenceTensors.Uniform("x", -1, 1, 4, 3, 16, 16), indices = arange(4), labels = arange(4);

        LossChecks.LeavesNoTensors(() =>
        {
            using var scope = NewDisposeScope();
            NetworkOutput ofTeacher;
            using (no_grad())
            {
                ofTeacher = teacher.Compute(pixels);
            }

            Objective prepared = objective is PreparingObjective { Preparation.Objective: var first } ? first : objective;
            ObjectiveValue value = prepared.Compute(new DistillationStep { Indices = indices, Labels = labels, Student = student.Compute(pixels), Teacher = ofTeacher });
            Assert.IsTrue(float.IsFinite(value.Total.item<float>()));
            string[] parts = name switch { "crd" => ["gckt"], "wcord" => ["gckt", "lckt"], _ => [name] };
            CollectionAssert.AreEqual(parts, value.Parts.Select(part => part.Name).ToArray());
            student.zero_grad();
            value.Total.backward();
            Assert.IsTrue(student.parameters().Any(parameter => parameter.grad is { } gradient && gradient.abs().max().item<float>() > 0), "The student learns.");
            Assert.IsTrue(objective.named_parameters().All(item => item.name.StartsWith("paraphraser.decoder", StringComparison.Ordinal) || item.parameter.grad is not null), "So does what is trained beside it.");
        });
    }

    // A module that moves to a GPU has other parameters there: a field that holds one of before holds nothing.
    [TestMethod]
    [DynamicData(nameof(AllNames))]
    public void Distiller_MovedToAnotherDevice_KeepsNoParameterOfBefore(string name)
    {
        using FeatureNetwork student = NetworkCatalog.Create("resnet8", 5), teacher = NetworkCatalog.Create(name is "fsp" or "kdsvd" ? "resnet14" : "wrn_16_2", 5);
        using Objective objective = Distillers.Named(name).Create(Context(student.ShapesFor(16, 16), teacher.ShapesFor(16, 16), 0, 1, 2, 3));
        objective.to(new Device(DeviceType.META));
        foreach (nn.Module module in objective.modules().Append(objective))
        {
            foreach (FieldInfo field in module.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic))
            {
                Assert.IsFalse(field.GetValue(module) is Tensor { IsInvalid: true }, $"{module.GetType().Name}.{field.Name}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(AllNames))]
    public void Distiller_SameSeed_IsTheSame(string name)
    {
        using FeatureNetwork student = NetworkCatalog.Create("resnet8", 5), teacher = NetworkCatalog.Create(name is "fsp" or "kdsvd" ? "resnet14" : "resnet8x4", 5);
        ObjectiveContext context = Context(student.ShapesFor(16, 16), teacher.ShapesFor(16, 16), 0, 1);
        using Objective first = Distillers.Named(name).Create(context);
        using var rest = rand(1);
        using Objective second = Distillers.Named(name).Create(context);
        foreach ((Tensor a, Tensor b) in first.state_dict().Values.Zip(second.state_dict().Values))
        {
            CollectionAssert.AreEqual(a.bytes.ToArray(), b.bytes.ToArray());
        }
    }

    [TestMethod]
    public void Compute_TeacherWithoutMaps_SaysSo()
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork student = NetworkCatalog.Create("resnet8", 5);
        var columns = new NetworkOutput([], zeros(2, 7), zeros(2, 0));
        var step = new DistillationStep { Indices = arange(2), Labels = arange(2), Student = student.Compute(zeros(2, 3, 16, 16)), Teacher = columns };
        foreach (string name in (string[])["at", "sp", "nst", "dkd", "dist"])
        {
            using Objective objective = Distillers.Named(name).Create(null!);
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => objective.Compute(step)).Message, $"'{name}' compares what one of the networks does not give");
        }
    }

    [TestMethod]
    public void Hint_MapsThatCannotBeRegressed_SaysTheirSizes()
    {
        var student = new OutputShapes([(4, 8, 8), (4, 8, 8), (4, 3, 3)], 4, 5);
        var teacher = new OutputShapes([(4, 8, 8), (4, 8, 8), (4, 8, 8)], 4, 5);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new FitNetObjective(Context(student, teacher))).Message, "The student's map is 3 x 3 and the teacher's 8 x 8");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new FitNetObjective(Context(student, new OutputShapes([], 4, 0)))).Message, "the student gives 3 maps and the teacher 0");
    }

    [TestMethod]
    [DataRow("fsp")]
    [DataRow("kdsvd")]
    public void Distiller_ChannelsThatDiffer_SaysSo(string name)
    {
        ObjectiveContext context = Context(new OutputShapes([(16, 8, 8), (16, 8, 8)], 16, 5), new OutputShapes([(16, 8, 8), (32, 8, 8)], 32, 5));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Distillers.Named(name).Create(context)).Message, $"'{name}' compares channel with channel, but the student's maps have 16, 16 channels and the teacher's 16, 32");
    }

    private static ObjectiveContext Context(OutputShapes student, OutputShapes teacher, params long[] labels) =>
        new() { Student = student, Teacher = teacher, Labels = labels, Seed = 3 };
}
