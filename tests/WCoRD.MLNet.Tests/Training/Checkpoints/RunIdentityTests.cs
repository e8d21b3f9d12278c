namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class RunIdentityTests
{
    [TestMethod]
    public void Of_EveryOption_IsPartOrKnowinglyLeftOut()
    {
        string[] options = [.. typeof(WcordDistillationOptions).GetProperties().Select(property => property.Name)];
        IReadOnlyDictionary<string, string> identity = RunIdentity.Of(new WcordDistillationOptions(), 5, DataHash.Of([], []), "t");
        CollectionAssert.AreEquivalent(options.Except(RunIdentity.Left).Concat(["Seed", "data", "teacher"]).ToArray(), identity.Keys.ToArray());
        CollectionAssert.IsSubsetOf(RunIdentity.Left.ToArray(), options);
        Assert.AreEqual("5", identity["Seed"]);
        Assert.AreEqual("'Label'", identity["LabelColumnName"]);
        Assert.AreEqual("null", identity["Normalization"]);
    }

    [TestMethod]
    public void Of_NormalizationAndMilestones_AreSpeltOut()
    {
        var options = new NetworkTrainingOptions { Normalization = new InputNormalization(0.5f, [1, 2], [3, 4]), Milestones = [5, 7] };
        IReadOnlyDictionary<string, string> identity = RunIdentity.Of(options, 5, DataHash.Of([], []), null);
        Assert.AreEqual("0.5, [1, 2], [3, 4]", identity["Normalization"]);
        Assert.AreEqual("[5, 7]", identity["Milestones"]);
        Assert.AreEqual("none", identity["teacher"]);
    }
}
