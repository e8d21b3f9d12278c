using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using TorchSharp.PyBridge;
using WCoRD.MLNet.Cli;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ModelFilesTests
{
    [TestMethod]
    [DataRow("cifar100_resnet56.safetensors", "resnet56")]
    [DataRow("folder.resnet20/resnet8x4.best.safetensors", "resnet8x4")]
    [DataRow("VGG13-cifar100.safetensors", "vgg13")]
    [DataRow("resnet50-11ad3fa6.pth", "resnet50")]
    [DataRow("cifar100_ResNet50.pth", "ResNet50")]
    [DataRow("mobilenet_v3_small-047dcff4.pth", "mobilenet_v3_small")]
    public void NetworkOf_FileNameWithOneNetwork_GivesIt(string path, string expected) => Assert.AreEqual(expected, ModelFiles.NetworkOf(path));

    [TestMethod]
    [DataRow("weights.safetensors", "names no known network")]
    [DataRow("resnet560.safetensors", "names no known network")]
    [DataRow("resnet8_to_resnet20.safetensors", "names resnet8 and resnet20")]
    [DataRow("RESNET50.pth", "names ResNet50 and resnet50")]
    public void NetworkOf_FileNameWithNoneOrMore_AsksForTheNetwork(string path, string expected)
    {
        string message = Assert.ThrowsExactly<CommandException>(() => ModelFiles.NetworkOf(path)).Message;
        StringAssert.Contains(message, expected);
        StringAssert.Contains(message, "--teacher-network");
    }

    [TestMethod]
    [DataRow("resnet8.pth")]
    [DataRow("resnet8.pt")]
    [DataRow("resnet8")]
    public void LoadTeacher_WeightsOfPyTorch_AreToldByTheirContent(string file)
    {
        using var folder = new TemporaryFolder();
        using (FeatureNetwork network = NetworkCatalog.Create("resnet8", 100, 3, new torch.Generator(1)))
        {
            network.save_py(folder.File(file));
        }

        using NetworkTeacher teacher = ModelFiles.LoadNetworkTeacher(new MLContext(1), folder.File(file), null, null);
        Assert.AreEqual(("resnet8", 100), (teacher.NetworkName, teacher.Classes));
    }

    [TestMethod]
    [DataRow("net.pt")]
    [DataRow("net.pth")]
    public void LoadTeacher_TorchScript_IsToldByItsContent(string file)
    {
        using var folder = new TemporaryFolder();
        TorchScriptFile.Write(folder.File(file), "Tensor", "y", new float[12]);
        using NetworkTeacher teacher = ModelFiles.LoadNetworkTeacher(new MLContext(1), folder.File(file), null, null);
        Assert.AreEqual(file, teacher.NetworkName);
        StringAssert.Contains(Assert.ThrowsExactly<CommandException>(() => ModelFiles.LoadNetworkTeacher(new MLContext(1), folder.File(file), "resnet8", null)).Message, "holds its own network");
    }

    [TestMethod]
    public void LoadTeacher_ModelUnderAnyName_IsLoaded()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext(1);
        using NetworkTransformer model = ScoringFixture.Model(mlContext);
        mlContext.Model.Save(model, null, folder.File("model.mlnet"));
        using NetworkTeacher teacher = ModelFiles.LoadNetworkTeacher(mlContext, folder.File("model.mlnet"), null, null);
        Assert.AreEqual(4, teacher.Classes);
    }

    [TestMethod]
    public void Save_ThatFails_LeavesTheModelThatWasThereAndNothingBeside()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext(1);
        using NetworkTransformer model = ScoringFixture.Model(mlContext);
        DataViewSchema schema = ScoringFixture.View(mlContext, 1).Schema;
        ModelFiles.Save(mlContext, model, schema, folder.File("model.zip"));
        byte[] whole = File.ReadAllBytes(folder.File("model.zip"));
        Assert.Throws<IOException>(() => ModelFiles.Save(mlContext, new FullDisk(), schema, folder.File("model.zip")));
        CollectionAssert.AreEqual(whole, File.ReadAllBytes(folder.File("model.zip")));
        Assert.HasCount(1, Directory.GetFiles(folder.Path));
        Assert.AreEqual(4, NetworkTransformer.FindIn(ModelFiles.LoadModel(mlContext, folder.File("model.zip"))).Classes);
    }

    [TestMethod]
    public void ParseNormalization_SixNumbers_ReadsMeansThenDeviations()
    {
        InputNormalization normalization = ModelFiles.ParseNormalization("0.5070,0.4865,0.4409/0.2673,0.2564,0.2761");
        Assert.AreEqual(1 / 255f, normalization.Scale);
        CollectionAssert.AreEqual(new[] { 0.5070f, 0.4865f, 0.4409f }, normalization.Mean.ToArray());
        CollectionAssert.AreEqual(new[] { 0.2673f, 0.2564f, 0.2761f }, normalization.StandardDeviation.ToArray());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("0.5,0.5,0.5")]
    [DataRow("0.5,0.5,0.5/0.2,0.2")]
    [DataRow("0.5,0.5,0.5/0.2,0.2,0")]
    [DataRow("0.5,x,0.5/0.2,0.2,0.2")]
    public void ParseNormalization_Malformed_ShowsTheExpectedForm(string text) =>
        StringAssert.Contains(Assert.ThrowsExactly<CommandException>(() => ModelFiles.ParseNormalization(text)).Message, "0.5071,0.4867,0.4408/0.2675,0.2565,0.2761");

    private sealed class FullDisk : ITransformer
    {
        public bool IsRowToRowMapper => false;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public IDataView Transform(IDataView input) => input;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

        public void Save(ModelSaveContext ctx) => throw new IOException("no space left");
    }
}
