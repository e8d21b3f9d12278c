using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using WCoRD.MLNet.Cli;
using WCoRD.MLNet.Cli.Web;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ShownNetworkTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void Of_BytesOrDecodedPictures_TellsHowTheyAreResized()
    {
        using NetworkTransformer network = ScoringFixture.Model(_mlContext);
        DataViewSchema bytes = ScoringFixture.View(_mlContext, 1).Schema;
        ShownNetwork shown = ShownNetwork.Of(network, bytes, network, "m.zip");
        Assert.AreEqual(ImageResizingEstimator.ResizingKind.IsoCrop, shown.Resizing);
        CollectionAssert.AreEqual(ScoringFixture.ClassNames, shown.Classes.ToArray());

        // In place of the rows' own column of that name.
        ITransformer loading = _mlContext.Transforms.LoadPixels("Pixels", "Text", 8, 8, ImageResizingEstimator.ResizingKind.IsoPad).Fit(ScoringFixture.View(_mlContext, 1));
        Assert.AreEqual(ImageResizingEstimator.ResizingKind.IsoPad, ShownNetwork.Of(Chain(loading, network), bytes, network, "m.zip").Resizing);
    }

    [TestMethod]
    public void Of_FloatsOfUnknownScale_IsRefused()
    {
        using NetworkTransformer network = ScoringFixture.Model(_mlContext);
        Refuses(network, _mlContext.Data.LoadFromEnumerable<FloatRow>([]), network, "'m.zip' reads column 'Pixels' of Vector<Single, 3, 8, 8>, whose scale a page cannot know");
    }

    [TestMethod]
    public void Of_AnotherStageBeforeTheNetwork_IsRefusedByName()
    {
        using NetworkTransformer network = ScoringFixture.Model(_mlContext);
        IDataView rows = ScoringFixture.View(_mlContext, 2);
        ITransformer smaller = _mlContext.Transforms.Conversion.ConvertType("Pixels", outputKind: DataKind.Single).Fit(rows);
        Refuses(Chain(smaller, network), rows, network, "'m.zip' reads column 'Pixels', which the stage TypeConvertingTransformer makes");
    }

    [TestMethod]
    public void Of_AModelWithoutClasses_IsRefused()
    {
        using NetworkTransformer network = ScoringFixture.Model(_mlContext, ScoringFixture.Description with { ScoreColumnName = null, PredictedLabelColumnName = null });
        Refuses(network, ScoringFixture.View(_mlContext, 1), network, "'m.zip' learned features without classes");
    }

    [TestMethod]
    public void Of_AModelSavedWithoutColumns_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using NetworkTransformer network = ScoringFixture.Model(_mlContext);
        _mlContext.Model.Save(network, null, folder.File("m.zip"));
        using var loaded = (NetworkTransformer)_mlContext.Model.Load(folder.File("m.zip"), out DataViewSchema none);
        string message = Assert.ThrowsExactly<CommandException>(() => ShownNetwork.Of(loaded, none, loaded, "m.zip")).Message;
        StringAssert.StartsWith(message, "'m.zip' was saved without the columns of its rows");
    }

    [TestMethod]
    public void Of_OtherChannels_IsRefused()
    {
        ModelDescription description = ScoringFixture.Description with { Channels = 1, Normalization = new InputNormalization(1 / 255f, [0.5f], [0.5f]) };
        using FeatureNetwork fresh = NetworkCatalog.Create("resnet8", ScoringFixture.Classes, inputChannels: 1);
        using var network = new NetworkTransformer(_mlContext, description, NetworkWeights.Save(fresh), history: null);
        Refuses(network, ScoringFixture.View(_mlContext, 1), network, "'m.zip' reads 1 channel(s) of 'Pixels'");
    }

    private static TransformerChain<ITransformer> Chain(params ITransformer[] stages) => new(stages);

    private static void Refuses(ITransformer model, IDataView rows, NetworkTransformer network, string expected)
    {
        string message = Assert.ThrowsExactly<CommandException>(() => ShownNetwork.Of(model, rows.Schema, network, "m.zip")).Message;
        StringAssert.Contains(message, expected);
        StringAssert.Contains(message, "write --out", StringComparison.OrdinalIgnoreCase);
    }
}
