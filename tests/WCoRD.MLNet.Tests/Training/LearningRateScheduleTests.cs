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
    public void Rate_OwnMilestones_AreTaken()
    {
        var schedule = new LearningRateSchedule(new NetworkTrainingOptions { Milestones = [2], LearningRate = 1, LearningRateDecay = 0.5 });
        Assert.AreEqual(1, schedule.Rate(2));
        Assert.AreEqual(0.5, schedule.Rate(3));
    }
}
