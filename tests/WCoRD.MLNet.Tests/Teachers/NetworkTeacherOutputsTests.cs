using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class NetworkTeacherOutputsTests
{
    private const int Rows = 6;

    [TestMethod]
    // What the teacher reads: the student's column, or images of its own.
    [DataRow(TeacherViewsKind.Same, false)]
    [DataRow(TeacherViewsKind.Own, false)]
    [DataRow(TeacherViewsKind.Whole, false)]
    [DataRow(TeacherViewsKind.Same, true)]
    [DataRow(TeacherViewsKind.Own, true)]
    [DataRow(TeacherViewsKind.Whole, true)]
    public void Input_OfEveryKindOfViews_IsThatViewOfTheImagesItReads(TeacherViewsKind kind, bool isOwn)
    {
        using var scope = NewDisposeScope();
        var crop = new Augmentation(new PaddedCrop(2), flip: true);
        Augmentation seen = kind == TeacherViewsKind.Whole ? Augmentation.None : crop;
        Augmentation student = kind == TeacherViewsKind.Same ? crop : crop.With(seen);
        Tensor images = rand(Rows, 1, 8, 8), own = rand(Rows, 1, 8, 8);
        Views views = student.Draw(Rows, new Random(1));
        var batch = new Batch(arange(Rows), arange(Rows), arange(Rows), images, student.Apply(images, views), views);

        using NetworkTeacher teacher = NetworkTeacher.FromNetwork(
            NetworkCatalog.Create("resnet8", 4, 1), new InputNormalization(1, [0f], [1f]));
        using var outputs = new NetworkTeacherOutputs(
            teacher, isOwn ? own.clone() : null, seen, Precision.Float32, CPU, TaughtClasses.Of(4, null, "the teacher", null));
        Tensor read = isOwn ? own : images, found = outputs.Input(batch)!;
        Tensor expected = kind == TeacherViewsKind.Whole ? read : crop.Apply(read, kind == TeacherViewsKind.Own ? views.OfTeacher! : views);
        Assert.IsTrue(found.equal(expected).all().ToBoolean());
        Assert.AreEqual(kind == TeacherViewsKind.Same && !isOwn, found.equal(batch.Pixels).all().ToBoolean());
        Assert.IsTrue(outputs.Compute(batch).Logits.allclose(teacher.Compute(expected).Logits, 1e-4, 1e-4));
    }
}
