using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.TorchSharp;
using TorchSharp;

namespace WCoRD.MLNet.Tests;

/// <summary>Microsoft.ML.TorchSharp's other trainers beside this TorchSharp, so that we know which work.</summary>
[TestClass]
public sealed class OtherTasksTests
{
    [TestMethod]
    [TestCategory("Long")]
    public void SentenceSimilarity_FitAndScore_GiveANumberForEachRow()
    {
        LongTest.Require();
        using var folder = new TemporaryFolder();
        MLContext mlContext = Context(folder);
        IDataView rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 32).Select(i => new Pair { Sentence1 = Captions.Of(i % 4, i), Sentence2 = Captions.Of(i % 3, i), Label = i % 4 == i % 3 ? 1 : 0 }));
        IDataView scored = mlContext.Regression.Trainers.SentenceSimilarity(batchSize: 8, maxEpochs: 1).Fit(rows).Transform(rows);
        float[] scores = [.. scored.GetColumn<float>("Score")];
        Assert.HasCount(32, scores);
        Assert.IsTrue(scores.All(float.IsFinite));
        Assert.IsGreaterThan(1, scores.Distinct().Count());
    }

    [TestMethod]
    [TestCategory("Long")]
    public void NamedEntityRecognition_FitAndScore_NameEveryWord()
    {
        LongTest.Require();
        using var folder = new TemporaryFolder();
        MLContext mlContext = Context(folder);
        IDataView names = mlContext.Data.LoadFromEnumerable([new Entity { Key = "PERSON" }, new Entity { Key = "CITY" }]);
        IDataView rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 32).Select(i => new Entities { Sentence = i % 2 == 0 ? "Anna lives in Rome" : "Rome knows Anna", Label = i % 2 == 0 ? ["PERSON", "0", "0", "CITY"] : ["CITY", "0", "PERSON"] }));
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", keyData: names)
            .Append(mlContext.MulticlassClassification.Trainers.NamedEntityRecognition(batchSize: 8, maxEpochs: 1))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        string[][] found = [.. pipeline.Fit(rows).Transform(rows).GetColumn<string[]>("PredictedLabel")];
        Assert.HasCount(32, found);
        Assert.HasCount(4, found[0]);
        Assert.HasCount(3, found[1]);
    }

    [TestMethod]
    [TestCategory("Long")]
    public void QuestionAnswer_FitAndScore_AnswerFromTheText()
    {
        LongTest.Require();
        using var folder = new TemporaryFolder();
        MLContext mlContext = Context(folder);
        WriteRoberta(mlContext);
        IDataView rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 4).Select(_ => new Question { Context = "Anna lives in Rome", Text = "Where does Anna live?", Answer = "Rome", At = 14 }));
        IDataView scored = mlContext.MulticlassClassification.Trainers
            .QuestionAnswer(questionColumnName: "Text", trainingAnswerColumnName: "Answer", answerIndexColumnName: "At", predictedAnswerColumnName: "Found", batchSize: 4, maxEpochs: 1)
            .Fit(rows).Transform(rows);
        string[][] found = [.. scored.GetColumn<string[]>("Found")];
        Assert.HasCount(4, found);
        Assert.IsTrue(found[0].Length > 0);
    }

    [TestMethod]
    public void Members_OfTorchSharpThatItUses_AreAllThereButTheOneOfObjectDetection()
    {
        Module module = typeof(TorchSharpCatalog).Module;
        List<string> missing = [];
        int found = 0;
        // Rows of the table of members: their tokens count up from 0x0A000001.
        for (int token = 0x0A000001; ; token++)
        {
            try
            {
                found += module.ResolveMember(token)?.DeclaringType?.Assembly == typeof(torch).Assembly ? 1 : 0;
            }
            catch (MissingMemberException fault)
            {
                missing.Add(fault.Message);
            }
            catch (ArgumentOutOfRangeException)
            {
                break;
            }
            catch (ArgumentException)
            {
                // A member of a generic type, which has no meaning outside its method.
            }
        }

        Assert.IsGreaterThan(100, found);
        Assert.HasCount(1, missing, string.Join('\n', missing));
        StringAssert.Contains(missing[0], "interpolate");
    }

    private static MLContext Context(TemporaryFolder folder)
    {
        var mlContext = new MLContext(1) { TempFilePath = folder.Path };
        TextWeights.Write(mlContext);
        TextWeights.WriteForEntities(mlContext);
        return mlContext;
    }

    /// <summary>Random weights of the larger network that answers questions, which is not public.</summary>
    private static void WriteRoberta(MLContext mlContext)
    {
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        Assembly assembly = typeof(TorchSharpCatalog).Assembly;
        object options = Activator.CreateInstance(assembly.GetType("Microsoft.ML.TorchSharp.Roberta.QATrainer+Options", throwOnError: true)!)!;
        Type type = assembly.GetTypes().Single(type => type.Name == "RobertaModelForQA");
        using var model = (torch.nn.Module)Activator.CreateInstance(type, Any, null, [options], null)!;
        model.named_children().Single(child => child.name == "Encoder").module.save(TextWeights.FileFor(mlContext, "pretrained_Roberta_encoder.tsm"));
    }

    private sealed class Pair
    {
        public string Sentence1 { get; set; } = "";

        public string Sentence2 { get; set; } = "";

        public float Label { get; set; }
    }

    private sealed class Entity
    {
        public string Key { get; set; } = "";
    }

    private sealed class Entities
    {
        public string Sentence { get; set; } = "";

        public string[] Label { get; set; } = [];
    }

    private sealed class Question
    {
        public string Context { get; set; } = "";

        public string Text { get; set; } = "";

        public string Answer { get; set; } = "";

        public int At { get; set; }
    }
}
