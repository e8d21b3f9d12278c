using Microsoft.ML;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ModelCardTests
{
    [TestMethod]
    public void Card_OfASavedStudent_TellsWhatItReadsAndHowItWasTrained()
    {
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 64);
        using NetworkTeacher teacher = Teacher.FromNetwork(NetworkCatalog.Create("resnet8", 4, 3, new TorchSharp.torch.Generator(1)), new InputNormalization(1, [0, 0, 0], [255, 255, 255]));
        var options = new WcordDistillationOptions { Student = "resnet8", Epochs = 2, BatchSize = 16, EmbeddingSize = 8, GlobalWeight = 0.7, ValidationFraction = 0.25, Seed = 5 };
        DateTimeOffset before = DateTimeOffset.UtcNow;
        using NetworkTransformer trained = new WcordDistillationEstimator(mlContext, teacher, options).Fit(data);
        using var stream = new MemoryStream();
        mlContext.Model.Save(trained, data.Schema, stream);
        stream.Position = 0;
        using var model = (NetworkTransformer)new MLContext().Model.Load(stream, out _);

        ModelCard card = model.Card;
        Assert.AreEqual(("image classification", "resnet8", 4, "Pixels: 3 x 8 x 8 (channels x height x width), Byte or Single"), (card.Task, card.Network, card.Classes, card.Input));
        CollectionAssert.AreEqual(new[] { "Score", "PredictedLabel" }, card.AddedColumnNames.ToArray());
        Assert.AreEqual("0.7", card.Run["GlobalWeight"]);
        Assert.AreEqual("2", card.Run["Epochs"]);
        Assert.AreEqual("5", card.Run["Seed"]);
        StringAssert.StartsWith(card.Run["data"], "64 rows, SHA-256 ");
        StringAssert.StartsWith(card.Run["teacher"], "resnet8, SHA-256 ");
        Assert.AreEqual("0.1.0", card.Run["library WCoRD.MLNet"]);
        Assert.IsTrue(card.Ended >= before && card.Ended <= DateTimeOffset.UtcNow);
        Assert.AreEqual(trained.History!.Epochs[^1].Loss, card.LastEpoch!.Loss);

        string text = card.ToString();
        foreach (string expected in new[] { "task                      image classification", "classes                   4: class 0, class 1, class 2, class 3", "last epoch                2 of 2: loss ", ", on validation rows ", "  GlobalWeight            0.7" })
        {
            StringAssert.Contains(text, expected);
        }
    }

    [TestMethod]
    public void Card_OfAModelWithoutHistory_TellsWhatIsKnown()
    {
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 8);
        using NetworkTeacher teacher = Teacher.FromNetwork(NetworkCatalog.Create("resnet8", 4), new InputNormalization(1, [0, 0, 0], [1, 1, 1]));
        using NetworkTransformer model = teacher.ToTransformer(mlContext, data.Schema);
        Assert.IsEmpty(model.Card.Run);
        Assert.IsNull(model.Card.LastEpoch);
        Assert.AreEqual(6, model.Card.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}
