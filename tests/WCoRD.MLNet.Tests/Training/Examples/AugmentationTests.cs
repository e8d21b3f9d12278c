using Microsoft.ML;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class AugmentationTests
{
    [TestMethod]
    public void View_GivenOffsetsAndFlips_IsThePaddedImageCroppedThenMirrored()
    {
        using var scope = NewDisposeScope();
        Tensor pixels = arange(0, 2 * 2 * 3 * 4, ScalarType.Float32).view(2, 2, 3, 4) + 1;
        Tensor view = new Augmentation(new PaddedCrop(1), flip: true).Apply(pixels, new Views([new CropBox(0, 2), new CropBox(2, 1)], [false, true]));

        for (int image = 0; image < 2; image++)
        {
            for (int channel = 0; channel < 2; channel++)
            {
                for (int y = 0; y < 3; y++)
                {
                    for (int x = 0; x < 4; x++)
                    {
                        (int top, int left, bool flip) = image == 0 ? (0, 2, false) : (2, 1, true);
                        int sourceY = y + top - 1, sourceX = (flip ? 3 - x : x) + left - 1;
                        bool inside = sourceY is >= 0 and < 3 && sourceX is >= 0 and < 4;
                        float expected = inside ? pixels[image, channel, sourceY, sourceX].item<float>() : 0;
                        Assert.AreEqual(expected, view[image, channel, y, x].item<float>(), $"{image} {channel} {y} {x}");
                    }
                }
            }
        }
    }

    [TestMethod]
    public void Apply_NoPaddingNoFlip_GivesTheSameImages()
    {
        using var scope = NewDisposeScope();
        Tensor pixels = rand(3, 3, 5, 5);
        Assert.IsTrue(Apply(new Augmentation(new PaddedCrop(0), flip: false), pixels).allclose(pixels, 0, 0));
    }

    [TestMethod]
    public void Apply_ManyImages_FlipsAboutHalfAndUsesEveryOffset()
    {
        using var scope = NewDisposeScope();
        // One bright pixel in the middle: where it ends tells the offset.
        Tensor pixels = zeros(2000, 1, 9, 9);
        pixels[TensorIndex.Colon, 0, 4, 3] = 1;
        long[] places = [.. Apply(new Augmentation(new PaddedCrop(2), flip: true), pixels).flatten(1).argmax(1).data<long>()];
        // Unmirrored, the pixel lands on columns 1 to 5; mirrored, on columns 3 to 7.
        CollectionAssert.AreEquivalent(Enumerable.Range(2, 5).ToArray(), places.Select(place => (int)place / 9).Distinct().ToArray());
        CollectionAssert.AreEquivalent(Enumerable.Range(1, 7).ToArray(), places.Select(place => (int)place % 9).Distinct().ToArray());
        int surelyFlipped = places.Count(place => place % 9 > 5);
        Assert.IsTrue(surelyFlipped is > 300 and < 500, $"{surelyFlipped} of 2000; expected about 2000 * 1/2 * 2/5 = 400");
    }

    [TestMethod]
    public void Apply_TwoSizesOfOnePicture_CropsAndFlipsBothAlike()
    {
        using var scope = NewDisposeScope();
        Tensor small = rand(50, 3, 4, 4) + 1;
        Tensor large = small.repeat_interleave(4, 2).repeat_interleave(4, 3);
        var ofSmall = new Augmentation(new PaddedCrop(1), flip: true);
        Views views = ofSmall.Draw(50, new Random(1));
        Tensor smallView = ofSmall.Apply(small, views);
        Assert.IsFalse(smallView.allclose(small, 0, 0));
        Assert.IsTrue(new Augmentation(new PaddedCrop(1, step: 4), flip: true).Apply(large, views).allclose(smallView.repeat_interleave(4, 2).repeat_interleave(4, 3), 0, 0));
    }

    [TestMethod]
    public void Draw_SameSeed_GivesTheSameViewsBitForBit()
    {
        using var scope = NewDisposeScope();
        Tensor pixels = rand(20, 3, 8, 8) * 255;
        Tensor first = Apply(All(), pixels), second = Apply(All(), pixels);
        Assert.IsTrue(first.equal(second).all().ToBoolean());
        Augmentation all = All();
        Assert.IsFalse(all.Apply(pixels, all.Draw(20, new Random(2))).equal(first).all().ToBoolean());
    }

    [TestMethod]
    public void Still_EveryKind_IsTheImagesAsTheyAre()
    {
        using var scope = NewDisposeScope();
        Tensor pixels = rand(4, 3, 8, 8) * 255;
        foreach (Augmentation augmentation in new[] { All(), new Augmentation(new PaddedCrop(3), flip: true) })
        {
            Assert.IsTrue(augmentation.Apply(pixels, augmentation.Still(4)).equal(pixels).all().ToBoolean());
        }
    }

    [TestMethod]
    public void Of_OptionsOfColumns_ChecksTheirChannels()
    {
        var mlContext = new MLContext(1);
        IDataView data = PairedImages.View(mlContext, 4);
        var two = new ImageColumn(data.Schema["Grey"], true, 2, 8, 4);
        var options = new WcordDistillationOptions { ColorJitter = 0.2 };
        StringAssert.StartsWith(
            Assert.ThrowsExactly<ArgumentException>(() => Augmentation.Of(options, two)).Message,
            "ColorJitter changes grey or red, green and blue, but column 'Grey' has 2 channels: expected 1 or 3.");
        options.ColorJitter = 0;
        _ = Augmentation.Of(options, two);
    }

    [TestMethod]
    public void Of_None_LeavesTheImages()
    {
        using var scope = NewDisposeScope();
        var mlContext = new MLContext(1);
        var image = new ImageColumn(PairedImages.View(mlContext, 4).Schema["Pixels"], true, 3, 8, 8);
        var none = Augmentation.Of(new NetworkTrainingOptions { Augmentation = AugmentationKind.None }, image);
        Tensor pixels = rand(20, 3, 8, 8);
        Assert.IsTrue(Apply(none, pixels).equal(pixels).all().ToBoolean());
    }

    [TestMethod]
    public void Apply_Done_LeavesOneTensor()
    {
        using Tensor pixels = rand(4, 3, 8, 8);
        Augmentation augmentation = All();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using Tensor view = Apply(augmentation, pixels);
        Assert.AreEqual(before + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static Augmentation All() => new(new ResizedCrop(0.25, 1.33), flip: true, new ColorJitter(0.4), new MixUp(0.4));

    private static Tensor Apply(Augmentation augmentation, Tensor pixels) => augmentation.Apply(pixels, augmentation.Draw((int)pixels.shape[0], new Random(1)));
}
