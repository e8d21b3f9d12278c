using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>Where the channels of small graphs go.</summary>
[TestClass]
public sealed class GraphChannelsTests
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private NetworkGraph _graph = null!;

    [TestInitialize]
    public void Begin() => _graph = new NetworkGraph(zeros(2, 1, 4, 4));

    [TestCleanup]
    public void End() => _scope.Dispose();

    [TestMethod]
    public void Of_WhatARectifierAndAMaximumGive_IsWhatTheConvolutionMade()
    {
        GraphValue made = Conv(_graph.Input, 1, 3);
        GraphValue pooled = _graph.Node("MaxPool", [_graph.Node("Relu", [made])], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));
        GraphChannels channels = Follow(Conv(pooled, 3, 2));
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, channels.Of(made));
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, channels.Of(pooled));
        CollectionAssert.AreEqual(new[] { false, false, false, true, true }, Enumerable.Range(0, channels.Count).Select(channels.IsFixed).ToArray());
    }

    [TestMethod]
    public void Of_ShuffledChannels_FollowsEach()
    {
        GraphValue split = _graph.Node("Reshape", [Conv(_graph.Input, 1, 4), _graph.Constant(-1, 2, 2, 4, 4)]);
        GraphValue turned = _graph.Node("Transpose", [split], ("perm", new long[] { 0, 2, 1, 3, 4 }));
        GraphValue shuffled = _graph.Node("Reshape", [turned, _graph.Constant(-1, 4, 4, 4)]);
        GraphChannels channels = Follow(Conv(shuffled, 4, 1));
        CollectionAssert.AreEqual(new[] { 0, 2, 1, 3 }, channels.Of(shuffled));
        Assert.IsFalse(channels.IsFixed(0));
    }

    [TestMethod]
    public void Of_ChannelsBesideOthersAndPartOfThem_FollowsEach()
    {
        GraphValue both = _graph.Node("Concat", [Conv(_graph.Input, 1, 2), Conv(_graph.Input, 1, 2)], ("axis", 1L));
        GraphValue middle = _graph.Node("Slice", [both, _graph.Constant(1), _graph.Constant(3), _graph.Constant(1)]);
        GraphChannels channels = Follow(Conv(middle, 2, 1));
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3 }, channels.Of(both));
        CollectionAssert.AreEqual(new[] { 1, 2 }, channels.Of(middle));
    }

    [TestMethod]
    public void Of_ChannelsThatAreAdded_IsOneNumberForBoth()
    {
        GraphValue one = Conv(_graph.Input, 1, 2), other = Conv(_graph.Input, 1, 2);
        GraphChannels channels = Follow(Conv(_graph.Node("Add", [one, other]), 2, 1));
        CollectionAssert.AreEqual(channels.Of(one), channels.Of(other));
        Assert.AreNotEqual(channels.Of(one)![0], channels.Of(one)![1]);
    }

    [TestMethod]
    public void IsFixed_AChannelAddedToOneThatIsFixed_IsFixedToo()
    {
        GraphValue one = Conv(_graph.Input, 1, 1), other = Conv(_graph.Input, 1, 1);
        GraphValue gate = _graph.Node("Sigmoid", [other]);
        GraphChannels channels = Follow(Conv(_graph.Node("Add", [one, other]), 1, 1), gate);
        Assert.IsTrue(channels.IsFixed(channels.Of(one)![0]));
    }

    [TestMethod]
    [DataRow("Sigmoid")]
    [DataRow("HardSigmoid")]
    [DataRow("Tanh")]
    [DataRow("Elu")]
    [DataRow("Erf")]
    public void IsFixed_AChannelOfAnotherFunction_IsTrue(string op)
    {
        GraphValue made = Conv(_graph.Input, 1, 1);
        GraphChannels channels = Follow(Conv(_graph.Node(op, [made], op == "HardSigmoid" ? [("alpha", 0.2f), ("beta", 0.5f)] : op == "Elu" ? [("alpha", 1f)] : []), 1, 1));
        Assert.IsTrue(channels.IsFixed(channels.Of(made)![0]));
    }

    [TestMethod]
    public void Of_AMapMadeFlat_HasItsChannelInEachPlace()
    {
        GraphValue flat = _graph.Node("Flatten", [Conv(_graph.Input, 1, 2)]);
        GraphChannels channels = Follow(_graph.Node("Gemm", [flat, _graph.Constant(ones(3, 32)), _graph.Constant(zeros(3))], ("transB", 1L)));
        CollectionAssert.AreEqual(Enumerable.Repeat(0, 16).Concat(Enumerable.Repeat(1, 16)).ToArray(), channels.Of(flat));
        Assert.IsFalse(channels.IsFixed(1));
    }

    [TestMethod]
    public void Of_ChannelsMixedInAPlace_IsNoneAndTheyAreFixed()
    {
        GraphValue made = Conv(_graph.Input, 1, 2);
        GraphValue turned = _graph.Node("Transpose", [made], ("perm", new long[] { 0, 2, 1, 3 }));
        GraphChannels channels = Follow(Conv(turned, 4, 1));
        Assert.IsNull(channels.Of(turned));
        Assert.IsTrue(channels.IsFixed(0));
    }

    [TestMethod]
    public void IsFixed_ChannelsBesideWeightsThatTwoOperationsRead_IsTrue()
    {
        GraphValue weight = _graph.Constant(ones(2, 2, 1, 1)), made = Conv(_graph.Input, 1, 2);
        GraphValue once = _graph.Node("Conv", [made, weight]), twice = _graph.Node("Conv", [once, weight]);
        GraphChannels channels = Follow(Conv(twice, 2, 1));
        Assert.IsTrue(channels.IsFixed(channels.Of(made)![0]));
        Assert.IsNull(channels.Of(once));
    }

    private GraphValue Conv(GraphValue input, int inputs, int outputs) => _graph.Node("Conv", [input, _graph.Constant(ones(outputs, inputs, 1, 1))]);

    private GraphChannels Follow(params GraphValue[] given) => new(_graph, _graph.NodesFor(given), given);
}
