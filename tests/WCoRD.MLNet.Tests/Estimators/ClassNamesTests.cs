using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

/// <summary>Teacher and rows name their classes: by name they are compared, whatever the order of the keys.</summary>
[TestClass]
public sealed class ClassNamesTests
{
    private static readonly MLContext Context = new(1);
    private static readonly IDataView Sorted = TinyImages.View(Context, 160);

    // Keys as the rows come: class 3, 2, 1, 0.
    private static IDataView Reversed(int count = 160, int seed = 1)
    {
        IDataView rows = Context.Data.LoadFromEnumerable(TinyImages.Rows(count, seed: seed).Reverse());
        return Context.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(rows).Transform(rows);
    }

    private static NetworkTransformer TeacherModel() => new NetworkTrainingEstimator(Context, Recipe(new NetworkTrainingOptions { Network = "resnet8" })).Fit(Sorted);

    private static T Recipe<T>(T options)
        where T : TrainingOptions
    {
        (options.Epochs, options.BatchSize, options.CropPadding, options.HorizontalFlip, options.Seed) = (4, 16, 1, false, 5);
        return options;
    }

    private static WcordDistillationOptions SoftTargetsAlone() => Recipe(new WcordDistillationOptions
    {
        Student = "resnet8",
        GlobalWeight = 0,
        LocalWeight = 0,
        CrossEntropyWeight = 0,
        SoftTargetWeight = 1,
    });

    [TestMethod]
    public void Fit_TeacherOfTheSameClassesInAnotherOrder_TeachesThemByName()
    {
        using NetworkTransformer model = TeacherModel();
        using NetworkTeacher teacher = Teacher.FromModel(model);
        IDataView rows = Reversed();
        CollectionAssert.AreNotEqual(teacher.ClassNames!.ToArray(), LabelColumn.Find(rows.Schema, "Label").ClassNames!.ToArray());
        WcordDistillationOptions options = SoftTargetsAlone();
        // Soft targets alone: what the student knows of the classes, the teacher said.
        using NetworkTransformer student = new WcordDistillationEstimator(Context, teacher, options).Fit(rows);
        Assert.IsGreaterThan(0.9, student.History!.Epochs[^1].Accuracy!.Value);
        Assert.IsGreaterThan(0.9, Context.MulticlassClassification.Evaluate(student.Transform(Reversed(40, seed: 2))).MicroAccuracy);
    }

    [TestMethod]
    [TestCategory("Long")]
    public void CrossValidate_KeysMappedInEveryFold_EveryFoldLearns()
    {
        LongTest.Require();
        using NetworkTransformer model = TeacherModel();
        using NetworkTeacher teacher = Teacher.FromModel(model);
        IDataView rows = Context.Data.ShuffleRows(Context.Data.LoadFromEnumerable(TinyImages.Rows(120)), seed: 3);
        WcordDistillationOptions options = SoftTargetsAlone();
        options.Epochs = 8;
        var pipeline = Context.Transforms.Conversion.MapValueToKey("Label", "Class").Append(new WcordDistillationEstimator(Context, teacher, options));
        foreach (var fold in Context.MulticlassClassification.CrossValidate(rows, pipeline, 3))
        {
            Assert.IsGreaterThan(0.9, fold.Metrics.MicroAccuracy);
        }
    }

    [TestMethod]
    public void Fit_TeacherOfOtherNames_ListsThem()
    {
        using NetworkTransformer model = TeacherModel();
        using NetworkTeacher teacher = Teacher.FromModel(model);
        TinyImages.Row[] rows = TinyImages.Rows(16);
        foreach (TinyImages.Row row in rows.Where(row => row.Class == "class 2"))
        {
            row.Class = "zebra";
        }

        string fault = Assert.ThrowsExactly<ArgumentException>(() => new WcordDistillationEstimator(Context, teacher, SoftTargetsAlone()).Fit(TinyImages.View(Context, rows))).Message;
        StringAssert.Contains(fault, "only column 'Label' has 'zebra'; only the teacher (resnet8) has 'class 2'");
    }

    [TestMethod]
    public void Fit_ValidationSetInAnotherOrder_IsMeasuredByName()
    {
        NetworkTrainingOptions options = Recipe(new NetworkTrainingOptions { Network = "resnet8" });
        options.ValidationSet = Reversed(40, seed: 2);
        using NetworkTransformer model = new NetworkTrainingEstimator(Context, options).Fit(Sorted);
        Assert.IsGreaterThan(0.9, model.History!.Epochs[^1].ValidationAccuracy!.Value);
    }

    [TestMethod]
    public void Fit_ValidationSetOfOtherNames_ListsThem()
    {
        NetworkTrainingOptions options = Recipe(new NetworkTrainingOptions { Network = "resnet8" });
        TinyImages.Row[] rows = TinyImages.Rows(16);
        rows[0].Class = rows[4].Class = rows[8].Class = rows[12].Class = "zebra";
        options.ValidationSet = TinyImages.View(Context, rows);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new NetworkTrainingEstimator(Context, options).Fit(Sorted)).Message,
            "only ValidationSet has 'zebra'; only the training set has 'class 0'");
    }

    [TestMethod]
    public void Fit_ScoreColumnThatNamesItsClasses_TeachesThemByName()
    {
        using NetworkTransformer model = TeacherModel();
        IDataView rows = Context.Transforms.CopyColumns("TeacherScore", "Score").Append(Context.Transforms.CopyColumns("TeacherFeatures", "Score"))
            .Fit(model.Transform(Reversed())).Transform(model.Transform(Reversed()));
        using Teacher teacher = Teacher.FromColumns("TeacherFeatures", "TeacherScore");
        using NetworkTransformer student = new WcordDistillationEstimator(Context, teacher, SoftTargetsAlone()).Fit(rows);
        Assert.IsGreaterThan(0.9, student.History!.Epochs[^1].Accuracy!.Value);
    }

    [TestMethod]
    public void ToTransformer_LabelInAnotherOrder_ScoresInItsOrder()
    {
        using NetworkTransformer model = TeacherModel();
        using NetworkTeacher teacher = Teacher.FromModel(model);
        IDataView rows = Reversed(40, seed: 2);
        using NetworkTransformer scorer = teacher.ToTransformer(Context, rows.Schema);
        Assert.IsGreaterThan(0.9, Context.MulticlassClassification.Evaluate(scorer.Transform(rows)).MicroAccuracy);
        float[] expected = [.. model.Transform(rows).GetColumn<float[]>("Score").First().Reverse()];
        CollectionAssert.AreEqual(expected, scorer.Transform(rows).GetColumn<float[]>("Score").First());
    }

    [TestMethod]
    public void Evaluation_LabelInAnotherOrder_ComparesByNameAndListsInTheLabelsOrder()
    {
        using NetworkTransformer model = TeacherModel();
        IDataView same = TinyImages.View(Context, 40, seed: 2), reversed = Reversed(40, seed: 2);
        Evaluation expected = Evaluation.Of(Context, model.Transform(same)), found = Evaluation.Of(Context, model.Transform(reversed));
        Assert.AreEqual(expected.Accuracy, found.Accuracy, 1e-12);
        CollectionAssert.AreEqual(expected.ClassNames.Reverse().ToArray(), found.ClassNames.ToArray());
        CollectionAssert.AreEqual(expected.ClassAccuracies.Reverse().ToArray(), found.ClassAccuracies.ToArray());
    }

    [TestMethod]
    public void Evaluation_ScoresOfOtherNames_ListsThem()
    {
        using NetworkTransformer model = TeacherModel();
        TinyImages.Row[] rows = TinyImages.Rows(16);
        rows[1].Class = rows[5].Class = rows[9].Class = rows[13].Class = "zebra";
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Evaluation.Of(Context, model.Transform(TinyImages.View(Context, rows)))).Message, "only the model's column 'Score' has 'class 1'");
    }
}
