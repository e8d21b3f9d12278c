using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>What is stored is what the teacher makes of the student's own view, and nothing else is taken for it.</summary>
[TestClass]
public sealed class StoredViewsTests : IDisposable
{
    // More than one call of the teacher, and a rest.
    private const int Rows = 150;
    private const int Features = 64;
    private const int Classes = 4;
    private static readonly InputNormalization Half = new(1 / 255f, [0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]);
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _mlContext = new(1);
    private readonly List<string> _lines = [];
    private readonly List<string> _warnings = [];
    private readonly NetworkTeacher _teacher = MakeTeacher(1);

    public StoredViewsTests() => _mlContext.Log += (_, log) => (log.Kind == ChannelMessageKind.Warning ? _warnings : _lines).Add(log.RawMessage);

    public void Dispose()
    {
        _teacher.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    [DataRow(TeacherViewsKind.Same, AugmentationKind.PaddedCrop)]
    [DataRow(TeacherViewsKind.Own, AugmentationKind.PaddedCrop)]
    [DataRow(TeacherViewsKind.Whole, AugmentationKind.PaddedCrop)]
    [DataRow(TeacherViewsKind.Same, AugmentationKind.RandomResizedCrop)]
    public void Fit_StoredViews_TeachesWhatTheTeacherMakesOfTheViewTheStudentSees(TeacherViewsKind kind, AugmentationKind augmentation)
    {
        NetworkCatalog.Register("own-recording", (classes, channels) => new RecordingNetwork("own-recording", classes, channels));
        var steps = new List<RecordedStep>();
        DistillationOptions options = Options(views: 2, epochs: 4);
        (options.Student, options.TeacherViews, options.Augmentation, options.ColorJitter) = ("own-recording", kind, augmentation, 0.4);
        options.Normalization = new InputNormalization(1, [0, 0, 0], [1, 1, 1]);
        options.Objectives = [new WeightedObjective("recording", 1, _ => new RecordingObjective(steps))];
        Fit(_teacher, options);

        Assert.HasCount(4 * 5, steps);
        TinyImages.Row[] images = TinyImages.Rows(Rows);
        Dictionary<long, float[]>[] seen = [.. steps.Chunk(5).Select(epoch => new Dictionary<long, float[]>())];
        foreach ((int i, RecordedStep step) in steps.Index())
        {
            using var scope = NewDisposeScope();
            Tensor whole = tensor(step.Rows.SelectMany(row => images[row].Pixels.Select(pixel => (float)pixel)).ToArray()).view(-1, 3, 8, 8);
            Tensor view = tensor(step.Input).view(whole.shape);
            if (kind != TeacherViewsKind.Own)
            {
                NetworkOutput expected = _teacher.Compute(kind == TeacherViewsKind.Same ? view : whole);
                // Float16 keeps eleven bits.
                Assert.IsTrue(tensor(step.Features).view(-1, Features).allclose(expected.Features, 1e-3, 1e-3));
                Assert.IsTrue(tensor(step.Logits).view(-1, Classes).allclose(expected.Logits, 1e-3, 1e-3));
            }

            foreach ((int at, long row) in step.Rows.Index())
            {
                seen[i / 5].Add(row, step.Features[(at * Features)..((at + 1) * Features)]);
            }
        }

        // Epoch e takes view e mod 2; the whole image has but one.
        for (long row = 0; row < Rows; row++)
        {
            CollectionAssert.AreEqual(seen[0][row], seen[2][row]);
            CollectionAssert.AreEqual(seen[1][row], seen[3][row]);
        }

        Assert.AreEqual(kind == TeacherViewsKind.Whole, seen[0][7].SequenceEqual(seen[1][7]));
        Assert.AreEqual(kind == TeacherViewsKind.Whole ? 1 : 2, Files().Length);
    }

    [TestMethod]
    public void Fit_AgainWithAnotherSeedAndSplit_AsksTheTeacherForNothing()
    {
        Fit(_teacher, Options());
        Assert.HasCount(2, Stored());
        Assert.AreEqual($"view 1 of 2 is stored: the teacher saw {Rows} rows in ", Stored()[0][..^5]);
        byte[][] before = [.. Files().Select(File.ReadAllBytes)];
        _lines.Clear();
        DistillationOptions other = Options();
        (other.Seed, other.ValidationFraction, other.BatchSize, other.SoftTargetWeight) = (9, 0.2, 16, 3);
        Fit(_teacher, other);
        Assert.IsEmpty(Stored());
        foreach ((byte[] first, string file) in before.Zip(Files()))
        {
            CollectionAssert.AreEqual(first, File.ReadAllBytes(file));
        }

        // More views of the same: only these are made.
        Fit(_teacher, Options(views: 3, epochs: 3));
        Assert.HasCount(1, Stored());
    }

    [TestMethod]
    [DataRow("teacher")]
    [DataRow("precision")]
    [DataRow("rows")]
    [DataRow("padding")]
    [DataRow("flip")]
    [DataRow("colours")]
    [DataRow("views")]
    public void Fit_OtherTeacherRowsOrViews_TakesOtherFiles(string what)
    {
        LongTest.RequireUnless(what is "rows" or "colours");
        Fit(_teacher, Options(views: 1));
        string first = Files().Single();
        using NetworkTeacher other = MakeTeacher(2);
        DistillationOptions options = Options(views: 1);
        options.TeacherPrecision = what == "precision" ? Precision.BFloat16 : Precision.Float32;
        options.CropPadding = what == "padding" ? 2 : 1;
        options.HorizontalFlip = what != "flip";
        options.ColorJitter = what == "colours" ? 0.1 : 0;
        options.TeacherViews = what == "views" ? TeacherViewsKind.Own : TeacherViewsKind.Same;
        Fit(what == "teacher" ? other : _teacher, options, seedOfRows: what == "rows" ? 2 : 1);
        Assert.HasCount(2, Files());
        CollectionAssert.Contains(Files(), first);
    }

    [TestMethod]
    public void StoreViews_Ahead_WritesTheLayoutThatIsDocumented()
    {
        new DistillationEstimator(_mlContext, _teacher, Options()).StoreViews(TinyImages.View(_mlContext, Rows));
        string[] files = Files();
        StringAssert.Matches(Path.GetFileName(files[1]), new("^[0-9a-f]{16}-00001\\.views$"));
        byte[] bytes = File.ReadAllBytes(files[1]);
        byte[] header = bytes[..4096];
        StringAssert.StartsWith(Encoding.UTF8.GetString(header), "wcord views 1, view 1\n{\"Teacher\":\"resnet8, SHA-256 ");
        Tensor images = tensor(TinyImages.Rows(Rows).SelectMany(row => row.Pixels.Select(pixel => (float)pixel)).ToArray()).view(-1, 3, 8, 8);
        var crop = new Augmentation(new PaddedCrop(1), flip: true);
        int at = 4096;
        foreach (int[] rows in Enumerable.Range(0, Rows).Chunk(64))
        {
            // Each row's view is of a stream that nothing but the row and the view determine.
            Views views = crop.DrawRepeatable(rows.Length, new Random(5), i => StoredViews.StreamOf(rows[i], 1));
            NetworkOutput expected = _teacher.Compute(crop.Apply(images[TensorIndex.Slice(rows[0], rows[^1] + 1)], views));
            int length = rows.Length * (Features + Classes) * 2;
            float[] found = [.. Enumerable.Range(0, length / 2).Select(i => (float)BitConverter.ToHalf(bytes, at + (2 * i)))];
            Assert.IsTrue(tensor(found).view(rows.Length, -1).allclose(cat([expected.Features, expected.Logits], 1), 1e-3, 1e-3));
            byte[] summed = [.. header, .. BitConverter.GetBytes((long)rows[0]), .. bytes.AsSpan(at, length)];
            CollectionAssert.AreEqual(SHA256.HashData(summed), bytes[(at + length)..(at + length + 32)]);
            at += length + 32;
        }

        Assert.HasCount(at, bytes);
        _lines.Clear();
        Fit(_teacher, Options());
        Assert.IsEmpty(Stored());
    }

    [TestMethod]
    // Within the header, at its end, within a part, at one's end, within the last.
    [DataRow(0)]
    [DataRow(100)]
    [DataRow(4096)]
    [DataRow(5000)]
    [DataRow(4096 + (64 * 68 * 2) + 32)]
    [DataRow(-1)]
    public void Fit_FileCutShort_IsCompletedToTheSameBytes(int length)
    {
        LongTest.RequireUnless(length is 5000 or -1);
        Fit(_teacher, Options(views: 1));
        string file = Files().Single();
        byte[] whole = File.ReadAllBytes(file);
        File.WriteAllBytes(file, length < 0 ? whole[..^1] : whole[..length]);
        Fit(_teacher, Options(views: 1));
        CollectionAssert.AreEqual(whole, File.ReadAllBytes(file));
        Assert.IsFalse(_warnings.Any(warning => warning.Contains("damaged", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(4096, 0)]
    [DataRow(4096 + (64 * 68 * 2) + 10, 0)]
    [DataRow(4096 + (64 * 68 * 2) + 40, 64)]
    public void Fit_FileDamaged_IsMadeAnewFromThereOnWithAWarning(int place, int row)
    {
        LongTest.RequireUnless(row == 64);
        Fit(_teacher, Options(views: 1));
        string file = Files().Single();
        byte[] whole = File.ReadAllBytes(file), damaged = [.. whole];
        damaged[place] ^= 1;
        File.WriteAllBytes(file, damaged);
        Fit(_teacher, Options(views: 1));
        CollectionAssert.AreEqual(whole, File.ReadAllBytes(file));
        Assert.ContainsSingle(warning => warning == $"'{file}' is damaged in the part of row {row}: from there on it is made anew.", _warnings);
    }

    [TestMethod]
    public void Fit_FileOfAnotherView_IsRefused()
    {
        Fit(_teacher, Options());
        string[] files = Files();
        File.Copy(files[1], files[0], overwrite: true);
        string message = Assert.ThrowsExactly<FormatException>(() => Fit(_teacher, Options())).Message;
        StringAssert.StartsWith(message, $"'{files[0]}' holds other views than its name says: found 'wcord views 1, view 1: ");
        StringAssert.Contains(message, "expected 'wcord views 1, view 0: ");
        StringAssert.EndsWith(message, "Remove it, or name another folder.");
    }

    [TestMethod]
    public async Task Fit_FileThatAnotherTrainingWrites_WaitsForIt()
    {
        Fit(_teacher, Options(views: 1));
        string file = Files().Single();
        byte[] whole = await File.ReadAllBytesAsync(file);
        File.Delete(file);
        Task training;
        using (var other = new FileStream(file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
        {
            training = Task.Run(() => Fit(_teacher, Options(views: 1)));
            while (!training.IsCompleted && !_lines.ToArray().Any(line => line == $"waits for '{file}', which another training is writing"))
            {
                await Task.Delay(20);
            }

            Assert.IsFalse(training.IsCompleted);
            other.Write(whole);
        }

        await training;
        Assert.HasCount(1, Stored());
    }

    [TestMethod]
    public void Fit_NoFolderNamed_LeavesNothing()
    {
        string[] before = Directory.GetDirectories(Path.GetTempPath(), "wcord-views*");
        DistillationOptions options = Options();
        options.StoredViewsFolder = null;
        Fit(_teacher, options);
        Assert.HasCount(2, Stored());
        CollectionAssert.AreEqual(before, Directory.GetDirectories(Path.GetTempPath(), "wcord-views*"));
    }

    [TestMethod]
    public void Fit_MoreViewsThanThereIsRoomFor_IsRefusedBeforeTheFirstStep()
    {
        DistillationOptions options = Options(views: int.MaxValue);
        options.StepProgress = new Immediate<StepProgress>(_ => Assert.Fail("a step"));
        string message = Assert.ThrowsExactly<IOException>(() => Fit(_teacher, options)).Message;
        StringAssert.Matches(message, new(@"^StoredViews is 2147483647: these views need \d+ MB more in the folder '.+', where \d+ MB are free\. Make room, store fewer views, or name another StoredViewsFolder\.$"));
    }

    [TestMethod]
    public void Fit_FolderThatIsAFile_IsRefused()
    {
        DistillationOptions options = Options();
        options.StoredViewsFolder = _folder.File("file");
        File.WriteAllText(options.StoredViewsFolder, "");
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => Fit(_teacher, options)).Message, "cannot be kept in the folder '");
    }

    [TestMethod]
    [DataRow(1e6f, @"^The teacher gives [\dE+.]+ for one of the rows 0 to 63: expected numbers up to 65504")]
    [DataRow(float.NaN, "^The teacher resnet8 gives")]
    public void Fit_TeacherOfNumbersThatCannotBeStored_IsRefused(float scale, string expected)
    {
        using FeatureNetwork network = NetworkCatalog.Create("resnet8", Classes, 3, new Generator(1));
        using (no_grad())
        {
            network.named_parameters().Last(parameter => parameter.name.EndsWith("weight", StringComparison.Ordinal)).parameter.mul_(scale == 1e6f ? scale : 1);
        }

        using NetworkTeacher teacher = NetworkTeacher.FromNetwork(network, Half);
        if (float.IsNaN(scale))
        {
            // Finite weights that give infinite scores are found by the check before.
            network.parameters().Last().fill_(float.MaxValue);
            network.named_parameters().Last(parameter => parameter.name.EndsWith("weight", StringComparison.Ordinal)).parameter.fill_(float.MaxValue);
        }

        string message = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(teacher, Options())).Message;
        StringAssert.Matches(message, new(expected));
    }

    [TestMethod]
    [DataRow("at", "at")]
    [DataRow("own", "own")]
    public void Fit_ObjectiveThatReadsMaps_TakesTheLiveTeacherAndSaysSo(string objective, string name)
    {
        DistillationOptions options = Options();
        options.Objectives = [objective == "at" ? Distillers.Named("at") : new WeightedObjective("own", 1, _ => new UnknownObjective())];
        Fit(_teacher, options);
        CollectionAssert.Contains(_lines, $"StoredViews is 2, but the objective '{name}' reads the teacher's maps, which are not stored: the teacher teaches live");
        Assert.IsEmpty(Files());
    }

    [TestMethod]
    public void Fit_TeacherOfColumns_SaysThatNothingIsStored()
    {
        IDataView rows = _mlContext.Transforms.CopyColumns("Known", "Features").Fit(WithFeatures()).Transform(WithFeatures());
        using Teacher teacher = Teacher.FromColumns("Known");
        new WcordDistillationEstimator(_mlContext, teacher, new WcordDistillationOptions { Student = "resnet8", Epochs = 1, BatchSize = 32, EmbeddingSize = 8, StoredViews = 2, StoredViewsFolder = _folder.File("views") }).Fit(rows).Dispose();
        Assert.ContainsSingle(line => line.Contains("the teacher is made of columns, which are there already: none is stored", StringComparison.Ordinal), _lines);

        IDataView WithFeatures() => _mlContext.Transforms.Conversion.ConvertType("Features", "Pixels").Fit(TinyImages.View(_mlContext, Rows)).Transform(TinyImages.View(_mlContext, Rows));
    }

    [TestMethod]
    public void Fit_RowsInFilesOrTeacherOfOnnx_AreStoredToo()
    {
        Fit(_teacher, Options(views: 1));
        byte[] inMemory = File.ReadAllBytes(Files().Single());
        File.Delete(Files().Single());
        DistillationOptions options = Options(views: 1);
        options.MemoryBudget = 0.01;
        Fit(_teacher, options);
        CollectionAssert.AreEqual(inMemory, File.ReadAllBytes(Files().Single()));

        using NetworkTransformer network = _teacher.ToTransformer(_mlContext, TinyImages.View(_mlContext, Rows).Schema);
        string path = _folder.File("teacher.onnx");
        network.SaveOnnx(path, new OnnxOptions { AddFeatures = true });
        using Teacher onnx = Teacher.FromOnnx(path);
        new DistillationEstimator(_mlContext, onnx, Options(views: 1)).Fit(TinyImages.View(_mlContext, Rows)).Dispose();
        Assert.HasCount(2, Files());
    }

    [TestMethod]
    public void Validate_ViewsThatCannotBeStored_AreRefused()
    {
        var options = new DistillationOptions { SoftTargetWeight = 1, StoredViews = -1, StoredViewsFolder = "x" };
        string message = Assert.ThrowsExactly<ArgumentException>(options.Validate).Message;
        StringAssert.Contains(message, "StoredViews is -1: expected at least 0");
        StringAssert.Contains(message, "StoredViewsFolder is 'x': expected a folder, where StoredViews is above 0, or null");
        options = new DistillationOptions { SoftTargetWeight = 1, StoredViews = 2, MixUp = 0.2 };
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(options.Validate).Message, "StoredViews is 2: expected 0 with MixUp, whose blends are others in every step");
        options = new DistillationOptions { SoftTargetWeight = 1 };
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => new DistillationEstimator(_mlContext, _teacher, options).StoreViews(TinyImages.View(_mlContext, Rows))).Message,
            "StoredViews is 0 and StoredViewsFolder null: expected the number of views of each row, and a folder to keep them in.");
    }

    private static NetworkTeacher MakeTeacher(ulong seed) => NetworkTeacher.FromNetwork(NetworkCatalog.Create("resnet8", Classes, 3, new Generator(seed)), Half);

    private DistillationOptions Options(int views = 2, int epochs = 2) => new()
    {
        Student = "resnet8",
        Epochs = epochs,
        BatchSize = 32,
        CropPadding = 1,
        SoftTargetWeight = 1,
        StoredViews = views,
        StoredViewsFolder = _folder.File("views"),
        Seed = 3,
    };

    private void Fit(Teacher teacher, DistillationOptions options, int seedOfRows = 1) =>
        new DistillationEstimator(_mlContext, teacher, options).Fit(TinyImages.View(_mlContext, Rows, seed: seedOfRows)).Dispose();

    private string[] Stored() => [.. _lines.Where(line => line.Contains("is stored", StringComparison.Ordinal))];

    private string[] Files() => Directory.Exists(_folder.File("views")) ? [.. Directory.GetFiles(_folder.File("views")).Order(StringComparer.Ordinal)] : [];

    private sealed record RecordedStep(long[] Rows, float[] Input, float[] Features, float[] Logits);

    /// <summary>Keeps what it is shown.</summary>
    private sealed class RecordingNetwork : FeatureNetwork
    {
        private readonly TorchSharp.Modules.Linear _classifier;

        public RecordingNetwork(string name, int classes, int inputChannels)
            : base(name, classes, inputChannels)
        {
            _classifier = nn.Linear(inputChannels, classes);
            register_module("fc", _classifier);
        }

        [ThreadStatic]
        public static float[]? Input;

        public override int FeatureSize => InputChannels;

        public override NetworkOutput Compute(Tensor input)
        {
            using var scope = NewDisposeScope();
            Input = [.. input.flatten().data<float>()];
            Tensor features = input.mean([2, 3]) / 255;
            return new NetworkOutput([input], features, _classifier.call(features)).MoveToOuterDisposeScope();
        }
    }

    private sealed class RecordingObjective(List<RecordedStep> steps) : Objective("recording")
    {
        public override bool ReadsMaps => false;

        public override ObjectiveValue Compute(DistillationStep step)
        {
            steps.Add(new RecordedStep(
                [.. step.Indices.data<long>()],
                RecordingNetwork.Input!,
                [.. step.Teacher!.Features.flatten().data<float>()],
                [.. step.Teacher.Logits.flatten().data<float>()]));
            return new ObjectiveValue(step.Student.Features.sum() * 0, []);
        }
    }

    private sealed class UnknownObjective() : Objective("own")
    {
        public override ObjectiveValue Compute(DistillationStep step) => new((step.Student.Features.sum() + step.Teacher!.StageMaps[1].sum()) * 0, []);
    }
}
