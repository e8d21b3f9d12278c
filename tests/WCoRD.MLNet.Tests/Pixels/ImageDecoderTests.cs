using Microsoft.ML.Data;
using SkiaSharp;
using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ImageDecoderTests
{
    private const int Side = 4;
    private static readonly SKColor Colour = new(200, 40, 90);

    [TestMethod]
    [DataRow(SKEncodedImageFormat.Png, 0)]
    [DataRow(SKEncodedImageFormat.Jpeg, 2)]
    [DataRow(SKEncodedImageFormat.Webp, 4)]
    public void Decode_PlainImage_HasItsColourEverywhere(SKEncodedImageFormat format, int tolerance) =>
        AssertPlain(Colour, Decode(ImageFiles.Plain(Colour, 30, 20, format)), tolerance);

    [TestMethod]
    public void Decode_Bmp_HasItsColourEverywhere() => AssertPlain(Colour, Decode(ImageFiles.Bmp(5, 200, 40, 90)));

    [TestMethod]
    public void Decode_GifOfSeveralFrames_GivesTheFirst() => AssertPlain(Colour, Decode(ImageFiles.Gif(Colour, SKColors.Lime)));

    [TestMethod]
    public void Decode_Gray_GivesItInAllPlanes() =>
        AssertPlain(new SKColor(77, 77, 77), Decode(ImageFiles.Png(3, 3, 8, 0, [.. Enumerable.Repeat((byte)77, 9)])));

    [TestMethod]
    public void Decode_Palette_GivesItsColours() => AssertPlain(Colour, Decode(ImageFiles.Png(2, 2, 8, 3, [1, 1, 1, 1], [9, 9, 9, 200, 40, 90])));

    [TestMethod]
    public void Decode_SixteenBits_GivesTheUpperEight()
    {
        byte[] pixel = [200, 200, 40, 40, 90, 90];
        AssertPlain(Colour, Decode(ImageFiles.Png(2, 2, 16, 2, [.. pixel, .. pixel, .. pixel, .. pixel])));
    }

    [TestMethod]
    [DataRow(255, 200, 40, 90)]
    [DataRow(0, 255, 255, 255)]
    // 51 is a fifth: 255 - (255 - c) / 5.
    [DataRow(51, 244, 212, 222)]
    public void Decode_Transparent_LiesOverWhite(int alpha, int red, int green, int blue) =>
        AssertPlain(new SKColor((byte)red, (byte)green, (byte)blue), Decode(ImageFiles.Plain(Colour.WithAlpha((byte)alpha))), 1);

    [TestMethod]
    public void Decode_Cmyk_GivesWhatTheInksLeaveOfWhite()
    {
        // Each ink takes its share of what black leaves.
        AssertPlain(new SKColor(255, 0, 255), Decode(ImageFiles.Cmyk(0, 255, 0, 0)), 1);
        AssertPlain(new SKColor(0, 0, 0), Decode(ImageFiles.Cmyk(0, 0, 0, 255)), 1);
        AssertPlain(new SKColor(102, 204, 204), Decode(ImageFiles.Cmyk(127, 0, 0, 51)), 2);
    }

    [TestMethod]
    [DataRow(1, "RGBY")]
    [DataRow(2, "GRYB")]
    [DataRow(3, "YBGR")]
    [DataRow(4, "BYRG")]
    [DataRow(5, "RBGY")]
    [DataRow(6, "BRYG")]
    [DataRow(7, "YGBR")]
    [DataRow(8, "GYRB")]
    public void Decode_EveryOrientation_IsUpright(int orientation, string quarters)
    {
        // Stored as red and green above blue and yellow, broader than high, so that a swap of sides shows.
        var colours = new Dictionary<char, SKColor> { ['R'] = SKColors.Red, ['G'] = SKColors.Lime, ['B'] = SKColors.Blue, ['Y'] = SKColors.Yellow };
        byte[] jpeg = ImageFiles.Encode(64, 32, (x, y) => colours["RGBY"[(x / 32) + (y / 16 * 2)]], SKEncodedImageFormat.Jpeg);
        byte[] found = Decode(ImageFiles.WithOrientation(jpeg, (byte)orientation), ResizingKind.Fill);
        for (int i = 0; i < 4; i++)
        {
            int corner = ((i / 2) * 3 * Side) + (i % 2 * 3);
            SKColor expected = colours[quarters[i]];
            AssertPixel(expected, found, corner, 30);
        }
    }

    [TestMethod]
    public void Decode_LongSide_IsCutOnBothEndsOrPaddedOrStretched()
    {
        // Three squares side by side.
        byte[] file = ImageFiles.Encode(60, 20, (x, _) => x < 20 ? SKColors.Red : x < 40 ? SKColors.Lime : SKColors.Blue);
        AssertPlain(SKColors.Lime, Decode(file, ResizingKind.IsoCrop));

        byte[] stretched = Decode(file, ResizingKind.Fill);
        AssertPixel(SKColors.Red, stretched, 0);
        AssertPixel(SKColors.Blue, stretched, 3);

        // A third of four rows is one row, between one and two black ones.
        byte[] padded = Decode(file, ResizingKind.IsoPad);
        AssertPixel(SKColors.Black, padded, 0);
        // Where one pixel stands for fifteen, what lies beside it is seen as well.
        AssertPixel(SKColors.Red, padded, Side, 60);
        AssertPixel(SKColors.Blue, padded, Side + 3, 60);
        AssertPixel(SKColors.Black, padded, 2 * Side);
    }

    [TestMethod]
    public void Decode_MuchSmaller_AveragesWhatItLeavesOut()
    {
        // A chess board of single pixels, which picking pixels would make black or white.
        byte[] found = Decode(ImageFiles.Encode(64, 64, (x, y) => (x + y) % 2 == 0 ? SKColors.White : SKColors.Black));
        Assert.IsTrue(found.All(value => value is > 120 and < 136), string.Join(' ', found));
    }

    [TestMethod]
    public void Decode_OnePixel_FillsThePicture() => AssertPlain(Colour, Decode(ImageFiles.Plain(Colour, 1, 1)));

    [TestMethod]
    public void Decode_MoreThanMaximumPixels_IsRefusedWithItsSizeBeforeItIsDecoded()
    {
        // The header alone says so: the pixels that follow would be 1.2 GB.
        byte[] file = ImageFiles.Png(20_000, 20_000, 8, 2, new byte[60_000]);
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => Decode(file));
        StringAssert.Contains(fault.Message, "'photo' has 20000 x 20000 pixels (width x height), which is more than 100000000: make it smaller, or raise MaximumPixels.");
    }

    [TestMethod]
    [DataRow(SKEncodedImageFormat.Png)]
    [DataRow(SKEncodedImageFormat.Jpeg)]
    [DataRow(SKEncodedImageFormat.Webp)]
    public void Decode_CutOffAnywhere_IsDamaged(SKEncodedImageFormat format)
    {
        var random = new Random(1);
        byte[] file = ImageFiles.Encode(40, 40, (_, _) => new SKColor((uint)random.Next() | 0xff000000), format);
        // The last bytes only mark the end.
        foreach (int length in Enumerable.Range(1, 40).Select(i => file.Length * i / 42))
        {
            var fault = Assert.ThrowsExactly<InvalidDataException>(() => Decode(file[..length]), $"{length} of {file.Length} bytes");
            StringAssert.StartsWith(fault.Message, "'photo' is ");
        }
    }

    [TestMethod]
    public void Decode_BytesChangedAtRandom_AreDecodedOrRefusedAndNothingElse()
    {
        var random = new Random(2);
        byte[][] files =
        [
            ImageFiles.Plain(Colour), ImageFiles.Plain(Colour, format: SKEncodedImageFormat.Jpeg), ImageFiles.Plain(Colour, format: SKEncodedImageFormat.Webp),
            ImageFiles.Bmp(5, 1, 2, 3), ImageFiles.Gif(Colour), ImageFiles.Cmyk(1, 2, 3, 4),
        ];
        for (int i = 0; i < 2000; i++)
        {
            byte[] file = [.. files[i % files.Length]];
            for (int change = random.Next(4); change >= 0; change--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            try
            {
                Assert.HasCount(3 * Side * Side, Decode(file));
            }
            catch (InvalidDataException fault)
            {
                StringAssert.StartsWith(fault.Message, "'photo' ");
            }
        }
    }

    [TestMethod]
    [DataRow("", "'photo' is empty: expected JPEG")]
    [DataRow("49492A00", "'photo' is of the format TIFF, which is not read: expected JPEG")]
    [DataRow("000000186674797068656963", "'photo' is of the format HEIC, which is not read")]
    [DataRow("3C68746D6C3E", "'photo' is no image: expected JPEG, PNG, BMP, GIF or WebP.")]
    public void Decode_OtherFiles_AreNamed(string hex, string expected) =>
        StringAssert.StartsWith(Assert.ThrowsExactly<InvalidDataException>(() => Decode(Convert.FromHexString(hex))).Message, expected);

    [TestMethod]
    public void Decode_ImageOfMLNet_GivesTheSameAsItsFile()
    {
        byte[] file = ImageFiles.Encode(30, 20, (x, y) => new SKColor((byte)(8 * x), (byte)(12 * y), 90));
        using var stream = new MemoryStream(file);
        using MLImage image = MLImage.CreateFromStream(stream);
        CollectionAssert.AreEqual(Decode(file), ImageDecoder.Decode(image, new DecodedSize(Side, Side, ResizingKind.IsoCrop, 10_000)));
    }

    private static byte[] Decode(byte[] file, ResizingKind resizing = ResizingKind.IsoCrop) =>
        ImageDecoder.Decode(file, "'photo'", new DecodedSize(Side, Side, resizing, DecodedSize.DefaultMaximumPixels));

    private static void AssertPlain(SKColor expected, byte[] found, int tolerance = 0)
    {
        Assert.HasCount(3 * Side * Side, found);
        for (int i = 0; i < Side * Side; i++)
        {
            AssertPixel(expected, found, i, tolerance);
        }
    }

    private static void AssertPixel(SKColor expected, byte[] found, int at, int tolerance = 0)
    {
        const int Plane = Side * Side;
        string text = $"pixel {at}: {found[at]} {found[Plane + at]} {found[(2 * Plane) + at]}, expected {expected}";
        Assert.AreEqual(expected.Red, found[at], (double)tolerance, text);
        Assert.AreEqual(expected.Green, found[Plane + at], (double)tolerance, text);
        Assert.AreEqual(expected.Blue, found[(2 * Plane) + at], (double)tolerance, text);
    }
}
