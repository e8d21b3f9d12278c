namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class LearningRateScheduleTests
{
    [TestMethod]
    public void Rate_PapersRecipe_DropsAfter150And180And210()
    {
        var schedule = new LearningRateSchedule(new NetworkTrainingOptions());
        CollectionAssert.AreEqual(new[] { 150, 180, 210 }, schedule.Milestones.ToArray());
        Assert.AreEqual(0.05, schedule.Rate(150), 1e-12);
        Assert.AreEqual(0.005, schedule.Rate(151), 1e-12);
        Assert.AreEqual(0.0005, schedule.Rate(181), 1e-12);
        Assert.AreEqual(0.00005, schedule.Rate(240), 1e-12);
    }

    [TestMethod]
    [DataRow(30, new[] { 18, 22, 26 })]
    [DataRow(8, new[] { 5, 6, 7 })]
    [DataRow(2, new[] { 1 })]
    [DataRow(1, new int[0])]
    public void Milestones_OtherLength_KeepThePapersProportions(int epochs, int[] expected) =>
        CollectionAssert.AreEqual(expected, new LearningRateSchedule(new NetworkTrainingOptions { Epochs = epochs }).Milestones.ToArray());

    [TestMethod]
    public void Rate_CosineAfterAWarmup_FollowsItsFormulaStepByStep()
    {
        const int Steps = 5;
        var schedule = new LearningRateSchedule(new NetworkTrainingOptions { Schedule = ScheduleKind.Cosine, WarmupEpochs = 2, Epochs = 10, LearningRate = 0.4 });
        for (int step = 0; step < 50; step++)
        {
            double expected = step < 10 ? 0.4 * (step + 1) / 10 : 0.2 * (1 + Math.Cos(Math.PI * (step - 10) / 40));
            Assert.AreEqual(expected, schedule.Rate(1 + (step / Steps), step % Steps, Steps), 1e-12, $"step {step}");
        }

        Assert.AreEqual(schedule.Rate(7, 4, Steps), schedule.RateAtEnd(7, Steps));
    }

    [TestMethod]
    public void Rate_StepsAfterAWarmup_RiseThenFallAtMilestones()
    {
        var schedule = new LearningRateSchedule(new NetworkTrainingOptions { WarmupEpochs = 1, Epochs = 8, LearningRate = 1, Milestones = [4] });
        CollectionAssert.AreEqual(new[] { 0.25, 0.5, 0.75, 1 }, Enumerable.Range(0, 4).Select(step => schedule.Rate(1, step, 4)).ToArray());
        Assert.AreEqual(1, schedule.Rate(4, 3, 4));
        Assert.AreEqual(0.1, schedule.Rate(5, 0, 4));
    }

    [TestMethod]
    public void Rate_OwnMilestones_AreTaken()
    {
        var schedule = new LearningRateSchedule(new NetworkTrainingOptions { Milestones = [2], LearningRate = 1, LearningRateDecay = 0.5 });
        Assert.AreEqual(1, schedule.Rate(2));
        Assert.AreEqual(0.5, schedule.Rate(3));
    }
}
