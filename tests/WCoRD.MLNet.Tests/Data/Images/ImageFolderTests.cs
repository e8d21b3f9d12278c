using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using SkiaSharp;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ImageFolderTests
{
    private static readonly string[] Classes = ["blue", "red"];
    private readonly MLContext _mlContext = new(1);
    private readonly List<string> _infos = [];
    private readonly List<string> _warnings = [];

    public ImageFolderTests() => _mlContext.Log += (_, log) =>
    {
        if (log.Kind != ChannelMessageKind.Trace && log.Source.Contains("Loading", StringComparison.Ordinal))
        {
            (log.Kind == ChannelMessageKind.Warning ? _warnings : _infos).Add(log.RawMessage);
        }
    };

    [TestMethod]
    public void LoadFromImageFolder_FolderOfClasses_GivesRowsClassByClassSortedByPath()
    {
        using TemporaryFolder folder = Photos(4);
        // What a class has in folders of its own belongs to it.
        Directory.CreateDirectory(folder.File("red/more"));
        File.WriteAllBytes(folder.File("red/more/one.jpg"), ImageFiles.Plain(SKColors.Red, format: SKEncodedImageFormat.Jpeg));
        IDataView data = Load(folder);
        CollectionAssert.AreEqual(Classes, Names(data));
        CollectionAssert.AreEqual(new uint[] { 1, 1, 1, 1, 2, 2, 2, 2, 2 }, data.GetColumn<uint>("Label").ToArray());
        CollectionAssert.AreEqual(
            ((string[])["blue/0.png", "blue/1.png", "blue/2.png", "blue/3.png", "red/0.png", "red/1.png", "red/2.png", "red/3.png", "red/more/one.jpg"]).Select(folder.File).ToArray(),
            data.GetColumn<string>("ImagePath").ToArray());
        Assert.AreEqual(9, data.GetRowCount());
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Byte, 3, 4, 6), data.Schema["Pixels"].Type);
        byte[][] pixels = [.. data.GetColumn<byte[]>("Pixels")];
        Assert.IsTrue(pixels[0][..24].All(red => red == 0) && pixels[4][..24].All(red => red == 255));
        CollectionAssert.AreEqual(pixels, data.GetColumn<byte[]>("Pixels").ToArray(), StructuralComparer);
        CollectionAssert.Contains(_infos, $"9 images of 2 classes in '{folder.Path}'");
        Assert.IsEmpty(_warnings);
    }

    [TestMethod]
    public void LoadFromImageFolder_ClassNamesGiven_KeepTheTrainingKeys()
    {
        using TemporaryFolder folder = Photos(2);
        IDataView data = Load(folder, new() { ClassNames = ["red", "green", "blue"] });
        CollectionAssert.AreEqual(new uint[] { 1, 1, 3, 3 }, data.GetColumn<uint>("Label").ToArray());
        CollectionAssert.AreEqual(new[] { "red", "green", "blue" }, Names(data));

        var fault = Assert.ThrowsExactly<ArgumentException>(() => Load(folder, new() { ClassNames = ["red", "green"] }));
        StringAssert.Contains(fault.Message, "has folders that are none of the ClassNames: 'blue'. Expected some of 'red', 'green'.");
    }

    [TestMethod]
    public void FindImageClasses_Folder_AreTheKeysOfItsRows()
    {
        using TemporaryFolder folder = Photos(2);
        Directory.CreateDirectory(folder.File(".hidden"));
        CollectionAssert.AreEqual(Names(Load(folder)), _mlContext.Data.FindImageClasses(folder.Path).ToArray());
        string message = Assert.ThrowsExactly<DirectoryNotFoundException>(() => _mlContext.Data.FindImageClasses(folder.File("red/0.png"))).Message;
        StringAssert.EndsWith(message, "red/0.png' is no folder: expected one with a folder for each class.");
    }

    [TestMethod]
    public void LoadFromImageFolder_NoFoldersOneClassEmptyClassOrParts_AreRefusedWithWhatIsExpected()
    {
        using var none = new TemporaryFolder();
        StringAssert.Contains(Refused(none), "has no folders: expected a folder for each class, as photos/daisy and photos/rose, with the images in them.");
        using var one = new TemporaryFolder();
        Add(one, "red", "0.png", ImageFiles.Plain(SKColors.Red));
        StringAssert.Contains(Refused(one), "has one folder, 'red': expected at least two classes.");
        using TemporaryFolder empty = Photos(1);
        Directory.CreateDirectory(empty.File("green"));
        StringAssert.Contains(Refused(empty), "has no image of 'green': expected some of each class.");
        using var parts = new TemporaryFolder();
        Add(parts, "train/red", "0.png", ImageFiles.Plain(SKColors.Red));
        Add(parts, "test/red", "0.png", ImageFiles.Plain(SKColors.Red));
        StringAssert.Contains(Refused(parts), "has the folders 'test', 'train', which are parts of a data set");

        string Refused(TemporaryFolder folder) => Assert.ThrowsExactly<ArgumentException>(() => Load(folder)).Message;
    }

    [TestMethod]
    public void LoadFromImageFolder_FileOrNothingAtThePath_IsNamed()
    {
        using TemporaryFolder folder = Photos(1);
        foreach ((string path, string expected) in ((string, string)[])[("red/0.png", "is a file"), ("green", "does not exist")])
        {
            var fault = Assert.ThrowsExactly<DirectoryNotFoundException>(() => _mlContext.Data.LoadFromImageFolder(folder.File(path)));
            StringAssert.Contains(fault.Message, $"'{folder.File(path)}' {expected}: expected a folder with a folder for each class");
        }
    }

    [TestMethod]
    public void LoadFromImageFolder_OptionsOutOfRange_AreAllReported()
    {
        var options = new ImageFolderOptions { Height = 0, Width = -1, MaximumPixels = 0, OnDamaged = (DamagedImageBehavior)7, Resizing = (Microsoft.ML.Transforms.Image.ImageResizingEstimator.ResizingKind)7, ClassNames = ["a", "a"] };
        string message = Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Data.LoadFromImageFolder("photos", options)).Message;
        foreach (string option in (string[])["Height is 0", "Width is -1", "MaximumPixels is 0", "OnDamaged is 7", "Resizing is 7", "ClassNames is [a, a]"])
        {
            StringAssert.Contains(message, option);
        }
    }

    [TestMethod]
    public void LoadFromImageFolder_FilesThatAreNoImages_AreLeftOutAndCounted()
    {
        using TemporaryFolder folder = Photos(2);
        Add(folder, "red", "notes.txt", "about roses"u8.ToArray());
        Add(folder, "red", "._0.png", "resource fork"u8.ToArray());
        Add(folder, ".cache", "0.png", ImageFiles.Plain(SKColors.Green));
        File.WriteAllText(folder.File("README.md"), "photos");
        Assert.AreEqual(4, Load(folder).GetRowCount());
        StringAssert.StartsWith(_infos[^1], "left out: 1 file(s) that are no images, 1 file(s) in no class's folder.");
        StringAssert.Contains(_infos[^1], "notes.txt");
    }

    [TestMethod]
    public void LoadFromImageFolder_DamagedByTheirFirstBytes_AreRefusedAtOnce()
    {
        using TemporaryFolder folder = Photos(1);
        Add(folder, "red", "empty.jpg", []);
        Add(folder, "red", "page.jpg", "<html>not found</html>"u8.ToArray());
        Add(folder, "red", "phone.heic", Convert.FromHexString("000000186674797068656963"));
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Load(folder)).Message;
        StringAssert.StartsWith(message, $"3 file(s) in '{folder.Path}' cannot be decoded: '{folder.File("red/empty.jpg")}' is empty; ");
        StringAssert.Contains(message, "page.jpg' is named as an image and is none");
        StringAssert.Contains(message, "phone.heic' is of the format HEIC, which is not read. Convert, replace or remove them, or set OnDamaged to Skip.");
    }

    [TestMethod]
    public void LoadFromImageFolder_TruncatedImage_FailsAtItsRowOrIsSkippedAndCounted()
    {
        using TemporaryFolder folder = Photos(2);
        Add(folder, "red", "1 cut.png", ImageFiles.Plain(SKColors.Red)[..60]);
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => Load(folder).GetColumn<byte[]>("Pixels").Count());
        StringAssert.Contains(fault.Message, $"'{folder.File("red/1 cut.png")}' is damaged: it is cut off.");

        IDataView data = Load(folder, new() { OnDamaged = DamagedImageBehavior.Skip });
        // Whatever columns are read, the rows are the same.
        Assert.AreEqual(4, data.GetRowCount());
        Assert.AreEqual(4, data.GetColumn<uint>("Label").Count());
        Assert.AreEqual(4, data.GetColumn<byte[]>("Pixels").Count());
        StringAssert.StartsWith(_warnings.Single(), $"1 file(s) in '{folder.Path}' are left out: '{folder.File("red/1 cut.png")}' cannot be decoded");
    }

    [TestMethod]
    [DataRow("nowhere.png")]
    [DataRow("red/link.png")]
    public void LoadFromImageFolder_LinkToNothingOrItself_IsNamedAsUnreadable(string target)
    {
        using TemporaryFolder folder = Photos(1);
        File.CreateSymbolicLink(folder.File("red/link.png"), folder.File(target));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Load(folder)).Message, "link.png' cannot be read (");
    }

    [TestMethod]
    [Timeout(30_000)]
    public void LoadFromImageFolder_LinksInACircle_EndAndCountEachFolderOnce()
    {
        using TemporaryFolder folder = Photos(2);
        Directory.CreateSymbolicLink(folder.File("red/again"), folder.File("red"));
        Directory.CreateSymbolicLink(folder.File("red/blue"), folder.File("blue/deeper"));
        Directory.CreateDirectory(folder.File("blue/deeper"));
        Directory.CreateSymbolicLink(folder.File("blue/deeper/up"), folder.File("blue"));
        string[] paths = [.. Load(folder).GetColumn<string>("ImagePath").Where(path => path.StartsWith(folder.File("red/0"), StringComparison.Ordinal))];
        Assert.HasCount(1, paths);
    }

    [TestMethod]
    public void LoadFromImageFolder_OddNames_AreKept()
    {
        string[] names = ["a b", "c,d", "quote\"s", "it's", "Ünïcode 漢字 🌹", "new\nline", "100%", "#hash", "(x)[y]{z}", "trailing.", "back\\slash", "-dash"];
        using var folder = new TemporaryFolder();
        foreach (string name in names)
        {
            Add(folder, name, name + ".png", ImageFiles.Plain(SKColors.Red));
        }

        IDataView data = Load(folder);
        CollectionAssert.AreEqual(names.Order(StringComparer.Ordinal).ToArray(), Names(data));
        Assert.AreEqual(names.Length, data.GetColumn<byte[]>("Pixels").Count());
    }

    [TestMethod]
    public void LoadFromImageFolder_SamePictureInTwoClasses_IsWarnedOfByBothPaths()
    {
        using TemporaryFolder folder = Photos(2);
        File.Copy(folder.File("red/0.png"), folder.File("blue/copy.png"));
        // Twice in one class is no fault of the labels.
        File.Copy(folder.File("red/1.png"), folder.File("red/copy of 1.png"));
        _ = Load(folder);
        Assert.AreEqual($"the same picture lies in more than one class: '{folder.File("blue/copy.png")}', '{folder.File("red/0.png")}'", _warnings.Single());
    }

    [TestMethod]
    public void Rows_FileGoneOrChangedAfterLoading_AreNamed()
    {
        using TemporaryFolder folder = Photos(2);
        IDataView data = Load(folder);
        File.WriteAllBytes(folder.File("red/1.png"), ImageFiles.Plain(SKColors.Yellow, 30, 30));
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => data.GetColumn<byte[]>("Pixels").Count()).Message, $"'{folder.File("red/1.png")}' was changed after its folder was loaded");
        File.Delete(folder.File("blue/0.png"));
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => data.GetColumn<byte[]>("Pixels").Count()).Message, $"'{folder.File("blue/0.png")}' was there when its folder was loaded and is gone");
        Assert.AreEqual(4, data.GetColumn<uint>("Label").Count());
    }

    [TestMethod]
    public void Rows_ReadByManyAtOnceAndShuffled_AreTheSamePictures()
    {
        using TemporaryFolder folder = Photos(60);
        IDataView data = Load(folder);
        byte[][] pixels = [.. data.GetColumn<byte[]>("Pixels")];
        Parallel.For(0, 4, _ => CollectionAssert.AreEqual(pixels, data.GetColumn<byte[]>("Pixels").ToArray(), StructuralComparer));
        IDataView shuffled = _mlContext.Data.ShuffleRows(data, seed: 5);
        Assert.AreEqual(120, shuffled.GetColumn<byte[]>("Pixels").Count());
        foreach ((uint label, byte[] image) in shuffled.GetColumn<uint>("Label").Zip(shuffled.GetColumn<byte[]>("Pixels")))
        {
            Assert.AreEqual(label == 2 ? 255 : 0, image[0]);
        }
    }

    [TestMethod]
    public void Rows_ReaderThatStopsEarly_LeavesNoFileOpen()
    {
        using TemporaryFolder folder = Photos(40);
        IDataView data = Load(folder);
        for (int i = 0; i < 20; i++)
        {
            Assert.IsNotNull(data.GetColumn<byte[]>("Pixels").First());
        }
    }

    [TestMethod]
    public void InspectImageFolder_EveryKindOfFile_IsReported()
    {
        using TemporaryFolder folder = Photos(2);
        Add(folder, "red", "big.png", ImageFiles.Plain(SKColors.Red, 50, 40));
        Add(folder, "red", "cut.png", ImageFiles.Plain(SKColors.Red)[..60]);
        Add(folder, "red", "notes.txt", "about roses"u8.ToArray());
        File.Copy(folder.File("red/0.png"), folder.File("blue/copy.png"));
        ImageFolderReport report = _mlContext.Data.InspectImageFolder(folder.Path);
        CollectionAssert.AreEqual(Classes, report.ClassCounts.Keys.ToArray());
        CollectionAssert.AreEqual(new[] { 3, 3 }, report.ClassCounts.Values.ToArray());
        Assert.AreEqual("40 x 50", report.LargestImage!.ToString());
        Assert.AreEqual((8, 8), (report.SmallestImage!.Height, report.SmallestImage.Width));
        Assert.AreEqual(folder.File("red/cut.png"), report.Damaged.Keys.Single());
        Assert.AreEqual(folder.File("red/notes.txt"), report.OtherFiles.Single());
        Assert.AreEqual(0, report.LooseFiles);
        Assert.HasCount(2, report.SamePictures.Single());
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Training_OnAFolder_ScoresPathsAndBytesInAnotherProcessBitForBitAsItsRows()
    {
        LongTest.Require();
        using TemporaryFolder folder = Photos(8);
        IDataView data = Load(folder);
        // Row by row, as an engine scores: libtorch adds in another order where there are several rows.
        var options = new NetworkTrainingOptions { Network = "resnet8", Epochs = 2, BatchSize = 8, CropPadding = 1, Seed = 1, ScoringBatchSize = 1 };
        NetworkTransformer network = _mlContext.MulticlassClassification.Trainers.NetworkTraining(options).Fit(data);
        float[][] expected = [.. network.Transform(data).GetColumn<float[]>("Score")];

        ITransformer chain = new TransformerChain<ITransformer>(_mlContext.Transforms.LoadPixels("Pixels", "ImagePath", 4, 6).Fit(data), network);
        _mlContext.Model.Save(chain, data.Schema, folder.File("model.zip"));
        string[] paths = [.. data.GetColumn<string>("ImagePath")];
        (int exitCode, string output, string errors) = ChildProcess.Run(
            "dotnet", [ChildProcess.AssemblyOf("tests/WCoRD.MLNet.FreshProcess", "WCoRD.MLNet.FreshProcess.dll"), folder.File("model.zip"), .. paths]);
        Assert.AreEqual(0, exitCode, errors);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(2 * paths.Length, lines);
        for (int i = 0; i < lines.Length; i++)
        {
            string text = string.Join(' ', expected[i / 2].Select(score => score.ToString("R", System.Globalization.CultureInfo.InvariantCulture)));
            Assert.AreEqual(text, lines[i].TrimEnd(), paths[i / 2]);
        }
    }

    private static readonly ByteArrays StructuralComparer = new();

    private static TemporaryFolder Photos(int each)
    {
        var folder = new TemporaryFolder();
        for (int i = 0; i < each; i++)
        {
            // Each of its own, so that no two files are the same.
            Add(folder, "red", $"{i}.png", ImageFiles.Plain(new SKColor(255, (byte)i, 0)));
            Add(folder, "blue", $"{i}.png", ImageFiles.Plain(new SKColor(0, (byte)i, 255)));
        }

        return folder;
    }

    private static void Add(TemporaryFolder folder, string name, string file, byte[] bytes)
    {
        Directory.CreateDirectory(folder.File(name));
        File.WriteAllBytes(Path.Combine(folder.File(name), file), bytes);
    }

    private static string[] Names(IDataView data)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        data.Schema["Label"].GetKeyValues(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private IDataView Load(TemporaryFolder folder, ImageFolderOptions? options = null)
    {
        options ??= new();
        (options.Height, options.Width) = (4, 6);
        return _mlContext.Data.LoadFromImageFolder(folder.Path, options);
    }

    private sealed class ByteArrays : System.Collections.IComparer
    {
        public int Compare(object? x, object? y) => ((byte[])x!).AsSpan().SequenceCompareTo((byte[])y!);
    }
}
