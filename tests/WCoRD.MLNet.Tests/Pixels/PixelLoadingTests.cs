using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;
using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class PixelLoadingTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void Transform_PathsAndBytesAndImages_GiveTheSamePixelsInOrder()
    {
        using var folder = new TemporaryFolder();
        Photo[] photos = Write(folder, 50);
        IDataView data = _mlContext.Data.LoadFromEnumerable(photos);
        PixelLoadingTransformer byPath = Load("Path", folder.Path).Fit(data), byBytes = Load("Bytes").Fit(data);
        byte[][] expected = [.. photos.Select(photo => ImageDecoder.Decode(photo.Bytes, "it", new DecodedSize(6, 5, ResizingKind.Fill, 100_000)))];
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Byte, 3, 6, 5), byPath.Transform(data).Schema["Pixels"].Type);
        AssertSame(expected, byPath.Transform(data));
        AssertSame(expected, byBytes.Transform(data));

        IDataView images = _mlContext.Transforms.LoadImages("Image", folder.Path, "Path").Fit(data).Transform(data);
        AssertSame(expected, Load("Image").Fit(images).Transform(images));
        // An image is its row's own, so that rows which carry one are not read ahead.
        using DataViewRowCursor cursor = Load("Image").Fit(images).Transform(images).GetRowCursor(images.Schema);
        Assert.IsTrue(cursor.MoveNext());
    }

    [TestMethod]
    public void Transform_OtherColumns_StayWithTheirRow()
    {
        using var folder = new TemporaryFolder();
        Photo[] photos = Write(folder, 40);
        IDataView data = _mlContext.Data.LoadFromEnumerable(photos);
        IDataView pixels = Load("Path", folder.Path).Fit(data).Transform(data);
        using DataViewRowCursor cursor = pixels.GetRowCursor(pixels.Schema, new Random(3));
        ValueGetter<int> id = cursor.GetGetter<int>(pixels.Schema["Id"]);
        ValueGetter<VBuffer<byte>> get = cursor.GetGetter<VBuffer<byte>>(pixels.Schema["Pixels"]);
        ValueGetter<DataViewRowId> getRowId = cursor.GetIdGetter();
        (int row, VBuffer<byte> value, DataViewRowId rowId) = (0, default, default);
        var seen = new HashSet<int>();
        for (long position = 0; cursor.MoveNext(); position++)
        {
            id(ref row);
            get(ref value);
            getRowId(ref rowId);
            Assert.AreEqual(position, cursor.Position);
            Assert.AreEqual(photos[row].Red, value.GetItemOrDefault(0));
            Assert.IsTrue(seen.Add(row));
        }

        Assert.HasCount(40, seen);
        Assert.ThrowsExactly<InvalidOperationException>(() => get(ref value));
    }

    [TestMethod]
    public void Transform_PixelsNotAsked_DecodesNothing()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable([new Photo { Id = 7, Path = "nowhere.png" }]);
        Assert.AreEqual(7, Load("Path").Fit(data).Transform(data).GetColumn<int>("Id").Single());
    }

    [TestMethod]
    public void Transform_RowsOfAnotherShare_AreNotDecodedAhead()
    {
        using var folder = new TemporaryFolder();
        Photo[] photos = Write(folder, 4);
        string late = folder.File(photos[1].Path);
        File.Delete(late);
        IDataView data = _mlContext.Data.LoadFromEnumerable(photos);
        IDataView pixels = Load("Path", folder.Path).Fit(data).Transform(data);
        DataViewRowCursor rows;
        using (RowShare.Begin(rank: 0, size: 2))
        {
            rows = pixels.GetRowCursor(pixels.Schema);
        }

        using DataViewRowCursor cursor = rows;
        ValueGetter<VBuffer<byte>> get = cursor.GetGetter<VBuffer<byte>>(pixels.Schema["Pixels"]);
        VBuffer<byte> value = default;
        Assert.IsTrue(cursor.MoveNext());
        get(ref value);
        Assert.AreEqual(photos[0].Red, value.GetItemOrDefault(0));

        // Decoded ahead it would have been missed by now.
        Thread.Sleep(100);
        File.WriteAllBytes(late, photos[1].Bytes);
        Assert.IsTrue(cursor.MoveNext());
        get(ref value);
        Assert.AreEqual(photos[1].Red, value.GetItemOrDefault(0));
    }

    [TestMethod]
    public void Transform_FileThatIsGoneOrDamagedOrUnnamed_IsNamed()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("cut.png"), ImageFiles.Plain(SKColors.Red)[..60]);
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => Read("gone.png")).Message, $"The image '{folder.File("gone.png")}' cannot be read: ");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Read("cut.png")).Message, $"'{folder.File("cut.png")}' is damaged: it is cut off.");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Read("")).Message, "A row of column 'Path' has no path");
        IDataView empty = _mlContext.Data.LoadFromEnumerable([new Photo()]);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => Load("Bytes").Fit(empty).Transform(empty).GetColumn<byte[]>("Pixels").Count()).Message,
            "Row 0 of column 'Bytes' is empty: expected JPEG");

        int Read(string path)
        {
            IDataView data = _mlContext.Data.LoadFromEnumerable([new Photo { Path = path }]);
            return Load("Path", folder.Path).Fit(data).Transform(data).GetColumn<byte[]>("Pixels").Count();
        }
    }

    [TestMethod]
    public void Model_SavedAndLoaded_DecodesTheSame()
    {
        using var folder = new TemporaryFolder();
        Photo[] photos = Write(folder, 3);
        IDataView data = _mlContext.Data.LoadFromEnumerable(photos);
        PixelLoadingTransformer loading = Load("Path", folder.Path).Fit(data);
        _mlContext.Model.Save(loading, data.Schema, folder.File("model.zip"));
        var loaded = (PixelLoadingTransformer)new MLContext().Model.Load(folder.File("model.zip"), out _);
        Assert.AreEqual("Path", loaded.InputColumnName);
        AssertSame([.. loading.Transform(data).GetColumn<byte[]>("Pixels")], loaded.Transform(data));
    }

    [TestMethod]
    public void Fit_ColumnOfAnotherType_IsRefusedAlsoBeforeDataAreThere()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable([new Photo()]);
        var shape = new SchemaShape([SchemaShapes.Column("Id", SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Int32)]);
        foreach (string column in (string[])["Id", "Path2"])
        {
            string message = Assert.ThrowsExactly<ArgumentException>(() => Load(column).Fit(data)).Message;
            StringAssert.StartsWith(message, $"inputColumnName is '{column}'");
            StringAssert.StartsWith(
                Assert.ThrowsExactly<ArgumentException>(() => Load(column).GetOutputSchema(shape)).Message, $"inputColumnName is '{column}'");
        }
    }

    [TestMethod]
    public void LoadPixels_ArgumentOutOfRange_IsRefused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _mlContext.Transforms.LoadPixels("Pixels", "Path", 0, 5));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _mlContext.Transforms.LoadPixels("Pixels", "Path", 5, 5, (ResizingKind)9));
        Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.LoadPixels("", "Path", 5, 5));
    }

    private static Photo[] Write(TemporaryFolder folder, int count)
    {
        Photo[] photos =
        [
            .. Enumerable.Range(0, count).Select(i => new Photo
            {
                Id = i,
                Path = $"photo {i}.png",
                Red = (byte)(5 * i),
                Bytes = ImageFiles.Plain(new SKColor((byte)(5 * i), 10, 20), 12, 12 + (i % 2)),
            }),
        ];
        foreach (Photo photo in photos)
        {
            File.WriteAllBytes(folder.File(photo.Path), photo.Bytes);
        }

        return photos;
    }

    private static void AssertSame(byte[][] expected, IDataView found)
    {
        byte[][] pixels = [.. found.GetColumn<byte[]>("Pixels")];
        Assert.HasCount(expected.Length, pixels);
        foreach ((byte[] one, byte[] other) in expected.Zip(pixels))
        {
            CollectionAssert.AreEqual(one, other);
        }
    }

    private PixelLoadingEstimator Load(string column, string? folder = null) =>
        _mlContext.Transforms.LoadPixels("Pixels", column, 6, 5, ResizingKind.Fill, folder);

    private sealed class Photo
    {
        public int Id { get; set; }

        public string Path { get; set; } = "";

        public byte[] Bytes { get; set; } = [];

        public byte Red { get; set; }
    }
}
