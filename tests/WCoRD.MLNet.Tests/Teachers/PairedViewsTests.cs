using Microsoft.ML;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class PairedViewsTests
{
    [TestMethod]
    public void Of_OtherSizeAndChannels_SeeTheSamePartMirroredAlike()
    {
        using var scope = NewDisposeScope();
        var options = new WcordDistillationOptions { Augmentation = AugmentationKind.RandomResizedCrop, CropScale = 0.1 };
        // 12 is no multiple of 8.
        (Augmentation ofStudent, Augmentation ofTeacher) = PairedViews.Of(
            options, Image("Grey", 1, 8, 8), Image("Pixels", 3, 12, 12));
        Views views = ofStudent.Draw(30, new Random(1));

        // A ramp over the unit square, at the centres of either size's pixels.
        Tensor student = ofStudent.Apply(Ramp(8).expand(30, 1, -1, -1), views), teacher = ofTeacher.Apply(Ramp(12).expand(30, 3, -1, -1), views);
        for (int image = 0; image < 30; image++)
        {
            (CropBox box, bool flip) = (views.Boxes[image], views.Flips[image]);
            foreach ((int size, Tensor view) in new[] { (8, student), (12, teacher) })
            {
                for (int i = 0; i < size; i++)
                {
                    double share = (i + 0.5) / size;
                    double x = box.Left + (box.Width * (flip ? 1 - share : share)), y = box.Top + (box.Height * share);
                    // Outside the outermost centres a ramp has an end.
                    double Clamped(double place) => Math.Clamp(place, 0.5 / size, 1 - (0.5 / size));
                    Assert.AreEqual(Clamped(x) + (10 * Clamped(y)), view[image, 0, i, i].ToDouble(), 1e-4, $"{image} {size} {i}");
                }
            }
        }

        static Tensor Ramp(int size)
        {
            Tensor centres = (arange(size, ScalarType.Float32) + 0.5) / size;
            return (centres.view(1, -1) + (10 * centres.view(-1, 1))).view(1, 1, size, size);
        }
    }

    [TestMethod]
    public void Of_ColoursAndMixture_AreTheSameInBothSizes()
    {
        using var scope = NewDisposeScope();
        var options = new DistillationOptions { Augmentation = AugmentationKind.RandomResizedCrop, ColorJitter = 0.5, MixUp = 1 };
        (Augmentation ofStudent, Augmentation ofTeacher) = PairedViews.Of(
            options, Image("Grey", 1, 8, 8), Image("Pixels", 3, 12, 12));
        Views views = ofStudent.Draw(20, new Random(1));

        // Of one grey each: contrast and saturation leave it, brightness and mixture do not.
        Tensor greys = arange(20, ScalarType.Float32).view(-1, 1, 1, 1) * 5;
        Tensor student = ofStudent.Apply(greys.expand(-1, 1, 8, 8), views), teacher = ofTeacher.Apply(greys.expand(-1, 3, 12, 12), views);
        double own = views.Mixture!.OwnShare;
        for (int image = 0; image < 20; image++)
        {
            int other = (int)views.Mixture.Partners[image];
            double expected = (own * 5 * image * views.Colors![image].Brightness) + ((1 - own) * 5 * other * views.Colors[other].Brightness);
            Assert.AreEqual(expected, student[image].mean().ToDouble(), 0.05);
            Assert.AreEqual(expected, teacher[image].mean().ToDouble(), 0.05);
        }
    }

    [TestMethod]
    public void Of_OwnViews_AreOthersOfTheSameMixture()
    {
        using var scope = NewDisposeScope();
        Views views = Draw(new DistillationOptions { TeacherViews = TeacherViewsKind.Own, CropPadding = 3, MixUp = 1 });
        Assert.AreSame(views.Mixture, views.OfTeacher!.Mixture);
        CollectionAssert.AreNotEqual(views.Boxes, views.OfTeacher.Boxes);
        CollectionAssert.AreNotEqual(views.Flips, views.OfTeacher.Flips);
        // The student's views are those that it has with a teacher that sees them too.
        Views same = Draw(new DistillationOptions { CropPadding = 3, MixUp = 1 });
        CollectionAssert.AreEqual(same.Boxes, views.Boxes);
        Assert.IsNull(same.OfTeacher);
    }

    [TestMethod]
    public void Of_WholeImages_AreNeitherCroppedNorMirroredNorColoured()
    {
        using var scope = NewDisposeScope();
        var options = new DistillationOptions
        {
            TeacherViews = TeacherViewsKind.Whole,
            Augmentation = AugmentationKind.RandomResizedCrop,
            ColorJitter = 0.5,
        };
        (Augmentation ofStudent, Augmentation ofTeacher) = PairedViews.Of(options, Image("Pixels", 3, 8, 8), Image("Pixels", 3, 8, 5));
        Views views = ofStudent.Draw(20, new Random(1));
        Tensor images = rand(20, 3, 8, 5);
        Assert.IsTrue(ofTeacher.Apply(images, views.OfTeacher!).equal(images).all().ToBoolean());
        Assert.IsNotNull(views.Colors);
        Assert.IsNull(views.OfTeacher!.Colors);
    }

    private static Views Draw(StudentTrainingOptions options)
    {
        ImageColumn image = Image("Pixels", 3, 8, 8);
        return PairedViews.Of(options, image, image).Student.Draw(20, new Random(1));
    }

    private static ImageColumn Image(string name, int channels, int height, int width) =>
        new(PairedImages.View(new MLContext(1), 4).Schema[name], true, channels, height, width);
}
