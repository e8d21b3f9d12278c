using Microsoft.ML;
using Microsoft.ML.Data;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ScoringStagesTests
{
    [TestMethod]
    public void Of_StageThatNothingReadsFrom_IsLeftOut() => Assert.AreEqual("NetworkTransformer", Kept("Unread", after: null));

    [TestMethod]
    public void Of_StageThatALaterOneReadsFrom_Stays() =>
        Assert.AreEqual("ColumnCopyingTransformer NetworkTransformer ColumnCopyingTransformer", Kept("Kept", after: "Kept"));

    [TestMethod]
    public void Of_StageThatTheNetworkReadsFrom_Stays() =>
        Assert.AreEqual("ColumnCopyingTransformer NetworkTransformer", Kept("Pixels", after: null, from: "Pixels"));

    [TestMethod]
    public void Of_UnknownSchema_KeepsAllStages()
    {
        var mlContext = new MLContext(1);
        using NetworkTransformer network = ScoringFixture.Model(mlContext);
        var chain = new TransformerChain<ITransformer>(network, network);
        Assert.AreSame(chain, ScoringStages.Of(chain, null));
    }

    private static string Kept(string before, string? after, string from = "Text")
    {
        var mlContext = new MLContext(1);
        IDataView rows = ScoringFixture.View(mlContext, 1);
        using NetworkTransformer network = ScoringFixture.Model(mlContext);
        ITransformer chain = mlContext.Transforms.CopyColumns(before, from).Fit(rows).Append(network);
        if (after is not null)
        {
            chain = chain.Append(mlContext.Transforms.CopyColumns("Last", after).Fit(chain.Transform(rows)));
        }

        return string.Join(' ', ModelFiles.Stages(ScoringStages.Of(chain, rows.Schema)).Select(stage => stage.GetType().Name));
    }
}
