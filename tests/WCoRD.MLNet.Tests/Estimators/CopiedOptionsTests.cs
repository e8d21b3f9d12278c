using System.Collections;
using System.Reflection;
using Microsoft.ML;

namespace WCoRD.MLNet.Tests;

/// <summary>An estimator trains by the options it was made with.</summary>
[TestClass]
public sealed class CopiedOptionsTests
{
    [TestMethod]
    public void Fit_OptionsChangedAfterwards_TrainsByThoseBefore()
    {
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 32);
        var epochs = new List<int> { 1 };
        var options = new NetworkTrainingOptions { Network = "resnet8", Epochs = 1, BatchSize = 16, Seed = 1, Milestones = epochs };
        var estimator = new NetworkTrainingEstimator(mlContext, options);
        (options.Network, options.Epochs, options.BatchSize, options.Seed, options.LearningRate) = ("no such network", -1, 0, 9, double.NaN);
        epochs.Add(-5);
        using NetworkTransformer model = estimator.Fit(data);
        Assert.HasCount(1, model.History!.Epochs);
        Assert.AreEqual(1, model.History.Seed);
        Assert.AreEqual("[1]", model.History.Run["Milestones"]);
    }

    [TestMethod]
    public void Copy_EveryList_IsAnother()
    {
        TrainingOptions[] all =
        [
            new NetworkTrainingOptions(),
            new WcordDistillationOptions { TeacherInputShape = [1, 2, 3] },
            new DistillationOptions { Objectives = [Distillers.Named("at")], TeacherInputShape = [1, 2, 3] },
        ];
        foreach (TrainingOptions options in all)
        {
            (options.InputShape, options.Milestones, options.Normalization) = ([3, 8, 8], [1, 2], InputNormalization.Cifar100);
            TrainingOptions copy = options.Copy();
            foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                object? before = property.GetValue(options), after = property.GetValue(copy);
                if (before is IEnumerable values and not string)
                {
                    Assert.AreNotSame(before, after, property.Name);
                    CollectionAssert.AreEqual(values.Cast<object>().ToArray(), ((IEnumerable)after!).Cast<object>().ToArray(), property.Name);
                }
                else
                {
                    Assert.AreEqual(before, after, property.Name);
                }
            }
        }
    }
}
