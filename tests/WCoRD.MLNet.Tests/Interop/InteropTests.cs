using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TorchSharp;
using static Microsoft.ML.SchemaShape.Column;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class InteropTests
{
    [TestMethod]
    public void Device_NoneAskedFor_IsTheCpu() => Assert.AreEqual(DeviceType.CPU, HostAccess.Device(((IHostEnvironment)new MLContext()).Register("x"), Assert.Fail).type);

    [TestMethod]
    public void Device_OfNoGpu_IsTheCpuAndSaid()
    {
        var context = new MLContext { GpuDeviceId = 99, FallbackToCpu = true };
        List<string> said = [];
        Assert.AreEqual(DeviceType.CPU, HostAccess.Device(((IHostEnvironment)context).Register("x"), said.Add).type);
        StringAssert.StartsWith(said.Single(), "GpuDeviceId is 99, but libtorch finds ");
    }

    [TestMethod]
    public void Device_OfNoGpuWithoutFallback_SaysWhatToDo()
    {
        var context = new MLContext { GpuDeviceId = 99, FallbackToCpu = false };
        IDataView data = TinyImages.View(context, 8);
        var fault = Assert.ThrowsExactly<InvalidOperationException>(() => new NetworkTrainingEstimator(context, new NetworkTrainingOptions { Network = "resnet8", Epochs = 1 }).Fit(data));
        StringAssert.Contains(fault.Message, "Add TorchSharp-cuda-linux in place of TorchSharp-cpu");
    }

    [TestMethod]
    public void IsCanceled_ContextCancelled_IsTrue()
    {
        var context = new MLContext();
        IHost host = ((IHostEnvironment)context).Register("x");
        Assert.IsFalse(HostAccess.IsCanceled(host));
        Cancel(context);
        Assert.IsTrue(HostAccess.IsCanceled(host));
    }

    [TestMethod]
    public void IsCanceled_ThroughCatalog_IsTrue()
    {
        var context = new MLContext();
        IHost host = HostAccess.Environment(context.MulticlassClassification.Trainers).Register("x");
        Cancel(context);
        Assert.IsTrue(HostAccess.IsCanceled(host));
    }

    [TestMethod]
    public void NextSeed_SameContextSeed_IsTheSame()
    {
        static int Draw(int seed) => HostAccess.NextSeed(HostAccess.Environment(new MLContext(seed).Data).Register("x"));
        Assert.AreEqual(Draw(1), Draw(1));
        Assert.AreNotEqual(Draw(1), Draw(2));
        Assert.AreEqual(5, HostAccess.Seed(HostAccess.Environment(new MLContext(5).Transforms)));
        Assert.IsNull(HostAccess.Seed(new MLContext()));
    }

    [TestMethod]
    public void EnsureLoaded_FirstUseFails_SaysWhatToDo()
    {
        TorchRuntime.EnsureLoaded();
        foreach (Exception fault in (Exception[])[new TypeInitializationException("torch", new DllNotFoundException("GLIBCXX")), new NotSupportedException("GLIBCXX"), new DllNotFoundException("GLIBCXX")])
        {
            InvalidOperationException found = Assert.ThrowsExactly<InvalidOperationException>(() => TorchRuntime.EnsureLoaded(() => throw fault, again: true));
            Assert.AreSame(fault, found.InnerException);
            foreach (string part in (string[])["TorchSharp-cpu", "TorchSharp-cuda-linux", "0.107.0", "WCORD_LIBTORCH"])
            {
                StringAssert.Contains(found.Message, part);
            }
        }
    }

    [TestMethod]
    public void OutputShape_WithKeyValues_EqualsTheTransformersOwn()
    {
        var context = new MLContext();
        using NetworkTransformer model = ScoringFixture.Model(context);
        DataViewSchema input = ScoringFixture.View(context, 1).Schema;
        var expected = Shape(model.GetOutputSchema(input));
        SchemaShape found = NetworkTransformer.OutputShape(Shape(input), "Score", "PredictedLabel", "Features", keyValues: TextDataViewType.Instance);
        CollectionAssert.AreEqual(expected.Select(Describe).ToArray(), found.Select(Describe).ToArray());
    }

    [TestMethod]
    public void OutputShape_ColumnOfTheSameName_IsHidden()
    {
        var input = new SchemaShape([SchemaShapes.Column("Score", VectorKind.Scalar, TextDataViewType.Instance)]);
        SchemaShape found = NetworkTransformer.OutputShape(input, "Score", "PredictedLabel", null, keyValues: null);
        Assert.HasCount(2, found);
        Assert.AreEqual(VectorKind.Vector, found.Single(column => column.Name == "Score").Kind);
        Assert.IsEmpty(found.Single(column => column.Name == "PredictedLabel").Annotations);
    }

    // Both are ML.NET's internals, which tests do not see.
    private static SchemaShape Shape(DataViewSchema schema) =>
        (SchemaShape)typeof(SchemaShape).GetMethod("Create", BindingFlags.NonPublic | BindingFlags.Static)!.Invoke(null, [schema])!;

    private static void Cancel(MLContext context) =>
        typeof(MLContext).GetMethod("CancelExecution", BindingFlags.NonPublic | BindingFlags.Instance)!.Invoke(context, null);

    private static string Describe(SchemaShape.Column column) =>
        $"{column.Name} {column.Kind} {column.ItemType} {column.IsKey} [{string.Join("; ", column.Annotations.OrderBy(annotation => annotation.Name, StringComparer.Ordinal).Select(Describe))}]";
}
