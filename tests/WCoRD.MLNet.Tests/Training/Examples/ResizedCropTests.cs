using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ResizedCropTests
{
    [TestMethod]
    [DataRow(8, 8, 0)]
    [DataRow(32, 64, 0)]
    [DataRow(7, 13, 1e-4)]
    public void Apply_WholeImage_IsTheImage(int height, int width, double tolerance)
    {
        using var scope = NewDisposeScope();
        var crop = new ResizedCrop(0.25, 1.33);
        Tensor pixels = rand(2, 3, height, width);
        Assert.AreEqual(0, (crop.Apply(pixels, [crop.Whole, crop.Whole], [false, true]) - stack([pixels[0], pixels[1].flip(2)])).abs().max().ToDouble(), tolerance);
    }

    [TestMethod]
    public void Apply_PartOfARamp_IsTheRampThere()
    {
        using var scope = NewDisposeScope();
        // Height 4, width 8; the value of a place is its distance from the left and, times 100, from the top, in pixels.
        Tensor x = arange(8, ScalarType.Float32) + 0.5, y = arange(4, ScalarType.Float32) + 0.5;
        Tensor ramp = (x.view(1, -1) + (100 * y.view(-1, 1))).view(1, 1, 4, 8).expand(2, 1, 4, 8);
        // From 2 to 6 of the width, from 1 to 3 of the height.
        var box = new CropBox(0.25, 0.25, 0.5, 0.5);
        Tensor view = new ResizedCrop(0.25, 1.33).Apply(ramp, [box, box], [false, true]);
        for (int i = 0; i < 4; i++)
        {
            for (int j = 0; j < 8; j++)
            {
                double top = 100 * (1 + ((i + 0.5) / 2));
                Assert.AreEqual(2 + ((j + 0.5) / 2) + top, view[0, 0, i, j].ToDouble(), 1e-4);
                Assert.AreEqual(6 - ((j + 0.5) / 2) + top, view[1, 0, i, j].ToDouble(), 1e-4);
            }
        }
    }

    [TestMethod]
    public void Draw_Many_LieInTheImageAndWithinScaleAndRatio()
    {
        var crop = new ResizedCrop(0.3, 1.5);
        var random = new Random(1);
        CropBox[] boxes = [.. Enumerable.Range(0, 4000).Select(_ => crop.Draw(random))];
        foreach (CropBox box in boxes)
        {
            Assert.IsTrue(box is { Top: >= 0, Left: >= 0, Height: <= 1, Width: <= 1 } && box.Top + box.Height <= 1 + 1e-12 && box.Left + box.Width <= 1 + 1e-12);
            Assert.IsInRange(0.3 - 1e-9, 1, box.Height * box.Width);
            Assert.IsInRange((1 / 1.5) - 1e-9, 1.5 + 1e-9, box.Width / box.Height);
        }

        // Areas lie evenly in [0.3, 1]: mean 0.65, deviation 0.7 / sqrt(12); ratios and places have no side.
        Assert.AreEqual(0.65, boxes.Average(box => box.Height * box.Width), 0.01);
        Assert.AreEqual(0.7 / Math.Sqrt(12), Math.Sqrt(boxes.Average(box => Math.Pow((box.Height * box.Width) - 0.65, 2))), 0.01);
        Assert.AreEqual(0, boxes.Average(box => Math.Log(box.Width / box.Height)), 0.01);
        Assert.AreEqual(0.5, boxes.Average(box => box.Left + (box.Width / 2)), 0.01);
        Assert.AreEqual(0.5, boxes.Average(box => box.Top + (box.Height / 2)), 0.01);
    }

    [TestMethod]
    public void Draw_WholeArea_IsTheWholeImage()
    {
        CropBox box = new ResizedCrop(1, 2).Draw(new Random(1));
        Assert.AreEqual(new CropBox(0, 0), box);
    }
}
