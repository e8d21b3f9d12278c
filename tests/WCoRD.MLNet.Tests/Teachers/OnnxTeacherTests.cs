using Microsoft.ML;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class OnnxTeacherTests : IDisposable
{
    private const int Rows = 6;
    private static readonly InputNormalization Unit = new(1 / 255f, [0.5f, 0.4f, 0.3f], [0.25f, 0.5f, 0.75f]);
    private static readonly string[] Both = ["features", "logits"];
    private readonly TemporaryFolder _folder = new();

    private string Net => _folder.File("net.onnx");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("features,logits", null, null)]
    [DataRow("logits,features", null, null)]
    [DataRow("map,logits", null, null)]
    [DataRow("probabilities,features", null, null)]
    // Tensors within the graph.
    [DataRow("logits", null, "features")]
    [DataRow("logits", null, "map")]
    [DataRow("logits", null, "sums")]
    [DataRow("probabilities", "logits", "map")]
    [DataRow("features,logits,probabilities", "logits", null)]
    [DataRow("features,logits,probabilities", "probabilities", null)]
    [DataRow("map,features,logits", null, "features")]
    // Nothing but scores.
    [DataRow("logits", null, null)]
    public void Compute_OutputsFoundOrNamed_EqualLibtorchs(string outputs, string? scores, string? features)
    {
        string[] given = outputs.Split(',');
        foreach (bool isChannelsLast in (bool[])[false, true])
        {
            using var scope = NewDisposeScope();
            Tensor pixels = Pixels();
            NetworkOutput found = Compute(
                OnnxNet.Make(given, isChannelsLast: isChannelsLast),
                new OnnxTeacherOptions { ScoreOutput = scores, FeaturesOutput = features, Normalization = Unit },
                pixels);
            (Tensor sums, Tensor means, Tensor logits) = Libtorchs(Unit.Apply(pixels));
            AreClose(features == "sums" ? sums : given is ["logits"] && features is null ? logits : means, found.Features);
            // The logarithms of probabilities are logits but for a constant in each row.
            AreClose(logits - logits.mean([1], keepdim: true), found.Logits - found.Logits.mean([1], keepdim: true));
            Assert.IsEmpty(found.StageMaps);
            Assert.IsFalse(found.Features.requires_grad || found.Logits.requires_grad);
        }
    }

    [TestMethod]
    [DataRow(1, null)]
    [DataRow(4, null)]
    [DataRow(10, null)]
    [DataRow(null, 1)]
    [DataRow(null, 4)]
    public void Compute_FixedBatch_GivesTheSame(int? batch, int? option)
    {
        using var scope = NewDisposeScope();
        Tensor pixels = Pixels();
        NetworkOutput found = Compute(OnnxNet.Make(Both, batch: batch), new OnnxTeacherOptions { Normalization = Unit, BatchSize = option }, pixels);
        (_, Tensor means, Tensor logits) = Libtorchs(Unit.Apply(pixels));
        AreClose(means, found.Features);
        AreClose(logits, found.Logits);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Compute_BlueFirst_ReversesTheChannelsAfterTheirNormalisation(bool isChannelsLast)
    {
        using var scope = NewDisposeScope();
        Tensor pixels = Pixels();
        byte[] model = OnnxNet.Make(Both, isChannelsLast: isChannelsLast);
        NetworkOutput found = Compute(model, new OnnxTeacherOptions { Normalization = Unit, IsBgr = true }, pixels);
        AreClose(Libtorchs(Unit.Apply(pixels).flip(1)).Logits, found.Logits);
    }

    [TestMethod]
    // The model's own size, the options', and both larger and smaller than the images.
    [DataRow(12, null)]
    [DataRow(null, 12)]
    [DataRow(4, null)]
    public void Input_AnotherSize_IsTheViewResized(int? side, int? option)
    {
        using var scope = NewDisposeScope();
        File.WriteAllBytes(Net, OnnxNet.Make(Both, side: side));
        var asIs = new InputNormalization(1, [0, 0, 0], [1, 1, 1]);
        using Teacher teacher = Teacher.FromOnnx(Net, new OnnxTeacherOptions { Normalization = asIs, Height = option, Width = option });
        using TeacherOutputs outputs = Outputs(Bind(teacher));
        int size = side ?? option!.Value;
        Tensor ramp = Ramp(TinyImages.Side), input = outputs.Input(Still(ramp.expand(Rows, 3, -1, -1)))!;
        CollectionAssert.AreEqual(new long[] { Rows, 3, size, size }, input.shape);
        // Within the outermost centres of the images' pixels a resized ramp is a ramp; beyond, it has an end.
        Tensor inner = Ramp(size).clamp(0.5 / TinyImages.Side, 1 - (0.5 / TinyImages.Side));
        if (size > TinyImages.Side)
        {
            AreClose(inner.expand(Rows, 3, -1, -1), input);
        }
        else
        {
            // Each pixel is a mean around its centre, whose weights are cut off at the border.
            AreClose(Ramp(size).slice(3, 1, size - 1, 1).expand(Rows, 3, -1, -1), input.slice(3, 1, size - 1, 1));
        }
    }

    [TestMethod]
    [DataRow(TeacherViewsKind.Same, false)]
    [DataRow(TeacherViewsKind.Own, false)]
    [DataRow(TeacherViewsKind.Whole, false)]
    [DataRow(TeacherViewsKind.Same, true)]
    [DataRow(TeacherViewsKind.Own, true)]
    [DataRow(TeacherViewsKind.Whole, true)]
    public void Compute_EveryKindOfViews_IsOfThatViewOfTheImagesItReads(TeacherViewsKind kind, bool isOwn)
    {
        using var scope = NewDisposeScope();
        File.WriteAllBytes(Net, OnnxNet.Make(Both));
        using Teacher teacher = Teacher.FromOnnx(Net, new OnnxTeacherOptions { Normalization = Unit });
        var options = new DistillationOptions { TeacherViews = kind, CropPadding = 2, TeacherInputColumnName = isOwn ? "Own" : null };
        BoundTeacher bound = Bind(teacher, options, isOwn ? "Own" : null);
        Assert.HasCount(isOwn ? 1 : 0, bound.Columns);
        Tensor images = Pixels(), own = Pixels().flip(2);
        Views views = bound.StudentViews.Draw(Rows, new Random(1));
        var batch = new Batch(arange(Rows), arange(Rows), arange(Rows), images, bound.StudentViews.Apply(images, views), views);
        using TeacherOutputs outputs = bound.CreateOutputs(isOwn ? [own.clone()] : [], new PrecisionChoice(null, Assert.Fail), CPU, Assert.Fail);

        Tensor read = isOwn ? own : images;
        Tensor seen = kind == TeacherViewsKind.Whole ? read
            : bound.StudentViews.Apply(read, kind == TeacherViewsKind.Own ? views.OfTeacher! : views);
        Assert.AreEqual(kind == TeacherViewsKind.Same && !isOwn, seen.equal(batch.Pixels).all().ToBoolean());
        AreClose(Unit.Apply(seen), outputs.Input(batch)!);
        AreClose(Libtorchs(Unit.Apply(seen)).Logits, outputs.Compute(batch).Logits);
    }

    [TestMethod]
    public void Bind_ClassesInAnotherOrder_AreFoundAgain()
    {
        using var scope = NewDisposeScope();
        Tensor pixels = Pixels();
        NetworkOutput found = Compute(
            OnnxNet.Make(Both),
            new OnnxTeacherOptions { Normalization = Unit, ClassNames = [.. Enumerable.Range(0, 4).Reverse().Select(TinyImages.Name)] },
            pixels);
        AreClose(Libtorchs(Unit.Apply(pixels)).Logits.flip(1), found.Logits);
    }

    [TestMethod]
    [DataRow(OnnxInput.Bytes)]
    [DataRow(OnnxInput.Floats)]
    public void Compute_AFileOfSaveOnnx_NeedsNoOptions(OnnxInput input)
    {
        using var scope = NewDisposeScope();
        var mlContext = new MLContext(1);
        // The rows' classes from the last to the first.
        using NetworkTransformer model = ScoringFixture.Model(
            mlContext, ScoringFixture.Description with { ClassValues = ClassValues.OfText([.. Enumerable.Range(0, 4).Reverse().Select(TinyImages.Name)]) });
        model.SaveOnnx(Net, new OnnxOptions { Input = input, AddFeatures = true });
        using Teacher teacher = Teacher.FromOnnx(Net), same = Teacher.FromModel(model);
        using TeacherOutputs outputs = Outputs(Bind(teacher)), expected = Outputs(Bind(same));
        Batch batch = Still(Pixels().round());
        NetworkOutput found = outputs.Compute(batch), own = expected.Compute(batch);
        AreClose(own.Features, found.Features);
        AreClose(own.Logits - own.Logits.mean([1], keepdim: true), found.Logits - found.Logits.mean([1], keepdim: true));
        Assert.IsNull(outputs.Input(batch), "What the network sees is normalised within.");

        var twice = new OnnxTeacherOptions { Normalization = Unit };
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Teacher.FromOnnx(Net, twice)).Message, "pixel values that it normalises itself: expected null.");
    }

    [TestMethod]
    public void Compute_Bytes_AreTheNearestOfTheView()
    {
        File.WriteAllBytes(Net, new OnnxWriter().Input("x", ["n", 3, "h", "w"], type: 2).Output("y", ["n", "c"])
            .Node("Cast", ["x"], "floats", ("to", 1L))
            .Node("Flatten", ["floats"], "y", ("axis", 1L)).ToBytes());
        using var scope = NewDisposeScope();
        using Teacher teacher = Teacher.FromOnnx(Net, new OnnxTeacherOptions { FeaturesOutput = "y" });
        using TeacherOutputs outputs = Outputs(Bind(teacher));
        Tensor views = full([2, 3, TinyImages.Side, TinyImages.Side], 7.4f);
        (views[0], views[1, 0], views[1, 1]) = (full([3, TinyImages.Side, TinyImages.Side], -3f), full([TinyImages.Side, TinyImages.Side], 7.6f), full([TinyImages.Side, TinyImages.Side], 300f));
        Tensor found = outputs.Compute(Still(views)).Features.view(2, 3, -1).mean([2]);
        CollectionAssert.AreEqual(new float[] { 0, 0, 0, 8, 255, 7 }, found.data<float>().ToArray());
    }

    [TestMethod]
    public void Bind_FloatsForAModelOfBytes_IsRefused()
    {
        using NetworkTransformer model = ScoringFixture.Model(new MLContext(1));
        model.SaveOnnx(Net, new OnnxOptions { Input = OnnxInput.Bytes });
        using Teacher teacher = Teacher.FromOnnx(Net);
        string message = Assert.ThrowsExactly<ArgumentException>(() => Bind(teacher, isByte: false)).Message;
        StringAssert.Contains(message, "The teacher (net.onnx) reads bytes, but column 'Pixels' holds");
        StringAssert.Contains(message, "TeacherInputColumnName");
    }

    [TestMethod]
    public void Bind_FeaturesAlone_TeachButRefuseSoftTargets()
    {
        File.WriteAllBytes(Net, OnnxNet.Make(["features"]));
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 32);
        using Teacher teacher = Teacher.FromOnnx(Net);
        var options = new DistillationOptions { Student = "resnet8", Epochs = 1, BatchSize = 16, Objectives = [Distillers.Named("rkd")], Seed = 1 };
        using (NetworkTransformer student = new DistillationEstimator(mlContext, teacher, options).Fit(data))
        {
            Assert.IsTrue(student.History!.Epochs[0].Parts.ContainsKey("rkd"));
        }

        options.SoftTargetWeight = 1;
        string message = Assert.ThrowsExactly<ArgumentException>(() => new DistillationEstimator(mlContext, teacher, options).Fit(data)).Message;
        StringAssert.Contains(message, "'kd' compares scores class by class: the teacher (net.onnx) gives no scores that are known");
        StringAssert.Contains(message, "gives 'features' [2, 5] of 2 image(s), none of which is a score for each of the 4 classes that column 'Label' has");
        StringAssert.Contains(message, "OnnxTeacherOptions.ScoreOutput");
    }

    [TestMethod]
    public void Fit_Logits_TeachTheirClasses()
    {
        File.WriteAllBytes(Net, OnnxNet.Make(["probabilities"]));
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 160);
        using Teacher teacher = Teacher.FromOnnx(Net, new OnnxTeacherOptions { ScoreOutput = "logits", Normalization = Unit });
        var options = new DistillationOptions { Student = "resnet8", LabelColumnName = null, Epochs = 6, BatchSize = 16, SoftTargetWeight = 1, Seed = 1 };
        using NetworkTransformer student = new DistillationEstimator(mlContext, teacher, options).Fit(data);
        Assert.IsLessThan(0.5 * student.History!.Epochs[0].Parts["kd"], student.History.Epochs[^1].Parts["kd"]);
    }

    [TestMethod]
    public void Fit_OwnColumnBeyondTheMemoryBudget_TrainsTheSame()
    {
        File.WriteAllBytes(Net, OnnxNet.Make(Both));
        var mlContext = new MLContext(1);
        IDataView data = mlContext.Transforms.CopyColumns("Own", "Pixels").Fit(TinyImages.View(mlContext, 32)).Transform(TinyImages.View(mlContext, 32));
        using Teacher teacher = Teacher.FromOnnx(Net);
        byte[][] weights = [.. new double?[] { null, 0.001 }.Select(budget =>
        {
            var options = new WcordDistillationOptions
            {
                Student = "resnet8", TeacherInputColumnName = "Own", Epochs = 1, BatchSize = 16, SoftTargetWeight = 1, Seed = 1, MemoryBudget = budget,
            };
            using NetworkTransformer student = new WcordDistillationEstimator(mlContext, teacher, options).Fit(data);
            return student.Weights.ToArray();
        })];
        CollectionAssert.AreEqual(weights[0], weights[1]);
    }

    [TestMethod]
    [DataRow("at")]
    [DataRow("fsp")]
    [DataRow("hint")]
    public void Fit_ObjectiveOfStageMaps_IsRefused(string objective)
    {
        File.WriteAllBytes(Net, OnnxNet.Make(Both));
        var mlContext = new MLContext(1);
        using Teacher teacher = Teacher.FromOnnx(Net);
        var options = new DistillationOptions { Student = "resnet8", Epochs = 1, Objectives = [Distillers.Named(objective)] };
        ArgumentException fault = Assert.ThrowsExactly<ArgumentException>(
            () => new DistillationEstimator(mlContext, teacher, options).Fit(TinyImages.View(mlContext, 32)));
        StringAssert.Contains(fault.Message, "map");
    }

    [TestMethod]
    public void Fit_Stopped_GoesOnAsIfItHadNot()
    {
        File.WriteAllBytes(Net, OnnxNet.Make(Both));
        using var folder = new TemporaryFolder();
        byte[] whole = Train(2, null), _ = Train(1, folder.Path);
        CollectionAssert.AreEqual(whole, Train(2, folder.Path));

        // Another output is another teacher, and so is another file.
        Assert.ThrowsExactly<InvalidOperationException>(() => Train(2, folder.Path, features: "map"));
        File.WriteAllBytes(Net, [.. OnnxNet.Make(Both), 0x10, 0]);
        Assert.ThrowsExactly<InvalidOperationException>(() => Train(2, folder.Path));
    }

    [TestMethod]
    public void Teacher_ComputedAndDisposed_LeavesNoTensor()
    {
        using Tensor pixels = Pixels();
        File.WriteAllBytes(Net, OnnxNet.Make(["probabilities", "map"], batch: 4, side: 12));
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var teacher = Teacher.FromOnnx(Net);
        using (TeacherOutputs outputs = Outputs(Bind(teacher)))
        {
            using var scope = NewDisposeScope();
            outputs.Compute(Still(pixels));
        }

        teacher.Dispose();
        teacher.Dispose();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.ThrowsExactly<ObjectDisposedException>(() => Bind(teacher));
    }

    [TestMethod]
    [DataRow("logits,probabilities", null, null, null, "'logits' [2, 4], 'probabilities' [2, 4] of 2 image(s): 'logits' [2, 4], 'probabilities' [2, 4] may be the scores of the 4 classes that column 'Label' has. Name one in OnnxTeacherOptions.ScoreOutput.")]
    [DataRow("map,features,logits", null, null, null, "'map' [2, 5, 8, 8], 'features' [2, 5] may be the features. Name one in OnnxTeacherOptions.FeaturesOutput.")]
    [DataRow("features", null, null, "a,b,c", "none of which is a score for each of the 3 classes that ClassNames names")]
    [DataRow("features", "features", null, "a,b,c", "ClassNames of OnnxTeacherOptions names 3 classes, but the scores 'features' are of 5: expected as many")]
    [DataRow("map,logits", "map", null, null, "ScoreOutput is 'map', but expected are scores [batch, classes]")]
    [DataRow("logits", null, "kernel", null, "FeaturesOutput of OnnxTeacherOptions is 'kernel', but the ONNX model 'net.onnx' gives 'logits' Float [any, 4]: expected one of these")]
    [DataRow("logits", "scores", null, null, "ScoreOutput of OnnxTeacherOptions is 'scores'")]
    public void Bind_OutputsThatDoNotTell_AreListedWithTheOption(string outputs, string? scores, string? features, string? names, string expected)
    {
        File.WriteAllBytes(Net, OnnxNet.Make(outputs.Split(',')));
        var options = new OnnxTeacherOptions { ScoreOutput = scores, FeaturesOutput = features, ClassNames = names?.Split(',') };
        ArgumentException fault = Assert.ThrowsExactly<ArgumentException>(() =>
        {
            using Teacher teacher = Teacher.FromOnnx(Net, options);
            return Bind(teacher);
        });
        StringAssert.Contains(fault.Message, expected);
    }

    [TestMethod]
    public void FromOnnx_WrongOptions_AreAllTold()
    {
        var options = new OnnxTeacherOptions
        {
            ScoreOutput = "",
            FeaturesOutput = "",
            Normalization = new InputNormalization(1, [0], [0]),
            Height = 0,
            Width = -1,
            Layout = (OnnxLayout)7,
            ClassNames = ["a", "a"],
            BatchSize = 0,
        };
        string message = Assert.ThrowsExactly<ArgumentException>(() => Teacher.FromOnnx(Net, options)).Message;
        StringAssert.Contains(message, "OnnxTeacherOptions has 8 fault(s):");
        foreach (string option in typeof(OnnxTeacherOptions).GetProperties().Where(property => property.PropertyType != typeof(bool)).Select(property => property.Name))
        {
            StringAssert.Contains(message, $"- {option} is ");
        }
    }

    [TestMethod]
    public void FromOnnx_OptionsThatDoNotFitTheModel_AreRefused()
    {
        File.WriteAllBytes(Net, OnnxNet.Make(Both, batch: 2, side: 12));
        foreach ((OnnxTeacherOptions options, string expected) in ((OnnxTeacherOptions, string)[])
        [
            (new() { Height = 8 }, "Height is 8, but the ONNX model's input 'images' Float [2, 3, 12, 12] fixes it: expected 12, or null."),
            (new() { BatchSize = 3 }, "BatchSize is 3"),
            (new() { Normalization = new InputNormalization(1, [0], [1]) }, "Normalization of OnnxTeacherOptions is of 1 channel(s), but the ONNX model 'net.onnx' reads 'images' Float [2, 3, 12, 12]: expected one of 3 channel(s)."),
            (new() { Layout = OnnxLayout.ChannelsLast }, "Normalization of OnnxTeacherOptions is of 3 channel(s) where it is null, but"),
        ])
        {
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Teacher.FromOnnx(Net, options)).Message, expected);
        }
    }

    [TestMethod]
    public void Bind_ColumnOfOtherChannels_IsRefused()
    {
        File.WriteAllBytes(Net, OnnxNet.Make(Both));
        using Teacher teacher = Teacher.FromOnnx(Net);
        string message = Assert.ThrowsExactly<ArgumentException>(() => Bind(teacher, channels: 1)).Message;
        StringAssert.Contains(message, "The teacher (net.onnx) reads images of 3 channel(s), but column 'Pixels' holds 1 x 8 x 8 (channels x height x width): expected 3.");
        StringAssert.Contains(message, "TeacherInputColumnName");
    }

    [TestMethod]
    public void Bind_ImagesThatTheModelCannotTake_NamesTheSize()
    {
        File.WriteAllBytes(Net, new OnnxWriter().Input("x", ["n", 3, "h", "w"]).Output("y", ["n", "c"])
            .Weights("shape", [1], [1])
            .Node("Flatten", ["x"], "flat", ("axis", 1L))
            .Weights("w", new float[27 * 4], [27, 4])
            .Node("Gemm", ["flat", "w"], "y").ToBytes());
        using Teacher teacher = Teacher.FromOnnx(Net);
        string message = Assert.ThrowsExactly<ArgumentException>(() => Bind(teacher)).Message;
        StringAssert.Contains(message, "The ONNX model 'net.onnx' fails on an input [2, 3, 8, 8]");
        StringAssert.Contains(message, "Set Height and Width of OnnxTeacherOptions");
        using Teacher sized = Teacher.FromOnnx(Net, new OnnxTeacherOptions { Height = 3, Width = 3 });
        Assert.AreEqual(4, Bind(sized).Classes);
    }

    [TestMethod]
    public void Check_BFloat16_IsRefused()
    {
        File.WriteAllBytes(Net, OnnxNet.Make(Both));
        using Teacher teacher = Teacher.FromOnnx(Net);
        var options = new DistillationOptions { TeacherPrecision = Precision.BFloat16, SoftTargetWeight = 1 };
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new DistillationEstimator(new MLContext(1), teacher, options)).Message,
            "TeacherPrecision is BFloat16, but the ONNX model 'net.onnx' computes in its own numbers");
    }

    private byte[] Train(int epochs, string? checkpoints, string? features = null)
    {
        var mlContext = new MLContext(1);
        using Teacher teacher = Teacher.FromOnnx(Net, new OnnxTeacherOptions { Normalization = Unit, FeaturesOutput = features });
        var options = new WcordDistillationOptions
        {
            Student = "resnet8",
            Epochs = epochs,
            Milestones = [5],
            BatchSize = 16,
            SoftTargetWeight = 1,
            Seed = 1,
            CheckpointFolder = checkpoints,
            Resume = checkpoints is not null,
        };
        using NetworkTransformer student = new WcordDistillationEstimator(mlContext, teacher, options).Fit(TinyImages.View(mlContext, 48));
        return student.Weights.ToArray();
    }

    private NetworkOutput Compute(byte[] model, OnnxTeacherOptions options, Tensor pixels)
    {
        File.WriteAllBytes(Net, model);
        using Teacher teacher = Teacher.FromOnnx(Net, options);
        using TeacherOutputs outputs = Outputs(Bind(teacher));
        return outputs.Compute(Still(pixels));
    }

    private static BoundTeacher Bind(Teacher teacher, StudentTrainingOptions? options = null, string? own = null, int channels = 3, bool isByte = true)
    {
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 8);
        if (own is not null)
        {
            data = mlContext.Transforms.CopyColumns(own, "Pixels").Fit(data).Transform(data);
        }

        var image = new ImageColumn(data.Schema["Pixels"], isByte, channels, TinyImages.Side, TinyImages.Side);
        return teacher.Bind(options ?? new DistillationOptions(), data.Schema, image, LabelColumn.Find(data.Schema, "Label"));
    }

    private static TeacherOutputs Outputs(BoundTeacher bound) => bound.CreateOutputs([], new PrecisionChoice(null, Assert.Fail), CPU, Assert.Fail);

    private static Batch Still(Tensor pixels)
    {
        Tensor rows = arange(pixels.shape[0]);
        return new Batch(rows, rows, rows, pixels, pixels, Augmentation.None.Still((int)pixels.shape[0]));
    }

    private static Tensor Pixels() => ReferenceTensors.Uniform("pixels", 0, 255, Rows, 3, TinyImages.Side, TinyImages.Side);

    private static (Tensor Sums, Tensor Means, Tensor Logits) Libtorchs(Tensor images, int classes = 4)
    {
        Tensor sums = nn.functional.conv2d(images, tensor(OnnxNet.Kernel, [OnnxNet.Features, 3, 3, 3]), tensor(OnnxNet.Bias), padding: [1, 1]);
        Tensor means = sums.relu().mean([2, 3]);
        return (sums.mean([2, 3]), means, means.matmul(tensor(OnnxNet.Classifier(classes), [classes, OnnxNet.Features]).t()));
    }

    // A ramp from left to right of the unit square, at the centres of its pixels.
    private static Tensor Ramp(int size) => ((arange(size, ScalarType.Float32) + 0.5) / size).view(1, 1, 1, -1).expand(1, 1, size, -1);

    private static void AreClose(Tensor expected, Tensor found)
    {
        CollectionAssert.AreEqual(expected.shape, found.shape);
        Assert.IsTrue(expected.allclose(found, rtol: 1e-4, atol: 1e-5), $"{expected.sub(found).abs().max().ToDouble()}");
    }
}
