using Microsoft.ML;
using TorchSharp;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class DisposedTeacherTests
{
    private static readonly InputNormalization AsIs = new(1, [0, 0, 0], [1, 1, 1]);
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    [DataRow("network")]
    [DataRow("network alone")]
    [DataRow("columns")]
    [DataRow("script")]
    [DataRow("model")]
    public void Fit_TeacherDisposed_SaysSoBeforeRowsAreRead(string kind)
    {
        IDataView data = _mlContext.Data.FilterByCustomPredicate<TinyImages.Row>(TinyImages.View(_mlContext, 8), _ => throw new AssertFailedException("A row was read."));
        using FeatureNetwork network = NetworkCatalog.Create("resnet8", 4, 3, new torch.Generator(1));
        using Teacher teacher = Make(kind, network);
        if (kind == "network alone")
        {
            network.Dispose();
        }
        else
        {
            teacher.Dispose();
            teacher.Dispose();
        }

        var wcord = new WcordDistillationEstimator(_mlContext, teacher, new WcordDistillationOptions { Student = "resnet8", Epochs = 1 });
        var other = new DistillationEstimator(_mlContext, teacher, new DistillationOptions { Student = "resnet8", Epochs = 1, Objectives = [Distillers.Named("pkt")] });
        foreach (Action use in (Action[])[() => wcord.Fit(data), () => other.Fit(data), () => wcord.GetOutputSchema(new SchemaShape([])), () => (teacher as NetworkTeacher ?? throw new ObjectDisposedException("", "dispose it after Fit")).ToTransformer(_mlContext, data.Schema)])
        {
            StringAssert.Contains(Assert.ThrowsExactly<ObjectDisposedException>(use).Message, "dispose it after Fit");
        }
    }

    private Teacher Make(string kind, FeatureNetwork network)
    {
        switch (kind)
        {
            case "columns":
                return Teacher.FromColumns("Pixels");
            case "script":
                using (var folder = new TemporaryFolder())
                {
                    TorchScriptFile.Write(folder.File("net.pt"), "Tensor", "y", new float[12]);
                    return Teacher.FromTorchScript(folder.File("net.pt"), height: 8, width: 8, normalization: AsIs);
                }

            case "model":
                using (NetworkTransformer model = ScoringFixture.Model(_mlContext))
                {
                    return Teacher.FromModel(model);
                }

            default:
                return Teacher.FromNetwork(network, AsIs);
        }
    }
}
