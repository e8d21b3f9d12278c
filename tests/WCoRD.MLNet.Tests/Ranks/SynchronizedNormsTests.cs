using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class SynchronizedNormsTests
{
    /// <summary>Two ranks, each half of the examples, against TorchSharp's own batch norm of all of them.</summary>
    [TestMethod]
    [DataRow(5)]
    [DataRow(6)]
    public void Forward_AndBackward_OfTwoRanks_EqualOneBatchNorm(int examples)
    {
        using var generator = new Generator(1);
        Tensor input = (randn([examples, 4, 3, 3], generator: generator) * 3) + 20, weights = randn([examples, 4, 3, 3], generator: generator);
        using var whole = new Normed();
        Tensor seen = input.clone().requires_grad_();
        (whole.Compute(seen).StageMaps[0] * weights).sum().backward();

        var parts = ThreadCommunicator.Run(2, communicator =>
        {
            using var part = new Normed();
            var ranks = new RankGroup(communicator) { IsInStep = true };
            using var norms = new SynchronizedNorms(part, ranks);
            var share = new BatchShare(examples, communicator.Rank, 2);
            Tensor own = share.Of(input).clone().requires_grad_();
            Tensor output = part.Compute(own).StageMaps[0];
            (output * share.Of(weights)).sum().backward();
            return (output.detach(), own.grad!, part.Norm.weight!.grad!.clone(), part.Norm.bias!.grad!.clone(), part.Norm.running_mean!.clone(), part.Norm.running_var!.clone(), part.Norm.num_batches_tracked!.ToInt64());
        });
        Assert.IsTrue(parts.All(part => part.Fault is null), $"{parts[0].Fault}");
        (Tensor output, Tensor gradient, Tensor ofWeight, Tensor ofBias, Tensor mean, Tensor variance, long steps)[] found = [.. parts.Select(part => part.Result)];
        AssertClose(whole.Compute(input, track: false), cat([.. found.Select(part => part.output)]));
        AssertClose(seen.grad!, cat([.. found.Select(part => part.gradient)]));
        AssertClose(whole.Norm.weight!.grad!, found[0].ofWeight + found[1].ofWeight);
        AssertClose(whole.Norm.bias!.grad!, found[0].ofBias + found[1].ofBias);
        foreach (var part in found)
        {
            AssertClose(whole.Norm.running_mean!, part.mean);
            AssertClose(whole.Norm.running_var!, part.variance);
            Assert.AreEqual(1, part.steps);
        }
    }

    [TestMethod]
    public void Forward_InEvaluation_IsTheNormsOwn()
    {
        Tensor input = randn([2, 4, 3, 3]);
        using var plain = new Normed();
        plain.eval();
        Tensor expected = plain.Compute(input).StageMaps[0];
        (float worst, Exception? fault) = ThreadCommunicator.Run(1, communicator =>
        {
            using var norms = new SynchronizedNorms(plain, new RankGroup(communicator));
            return (plain.Compute(input).StageMaps[0] - expected).abs().max().ToSingle();
        }).Single();
        Assert.IsNull(fault);
        Assert.AreEqual(0, worst);
    }

    [TestMethod]
    public void Dispose_GivesTheNormsBack()
    {
        using var network = new Normed();
        _ = ThreadCommunicator.Run(1, communicator =>
        {
            new SynchronizedNorms(network, new RankGroup(communicator) { IsInStep = true }).Dispose();
            return true;
        });
        Tensor input = randn([6, 4, 3, 3]);
        using var other = new Normed();
        AssertClose(other.Compute(input).StageMaps[0], network.Compute(input).StageMaps[0]);
    }

    private static void AssertClose(Tensor expected, Tensor found) =>
        Assert.AreEqual(0, (expected - found).abs().max().ToSingle(), 2e-5 * Math.Max(1, expected.abs().max().ToSingle()));

    private sealed class Normed : FeatureNetwork
    {
        private readonly BatchNorm2d _norm = nn.BatchNorm2d(4);

        public Normed()
            : base(nameof(Normed), 2, 4)
        {
            RegisterComponents();
            using var frozen = no_grad();
            _norm.weight!.copy_(tensor(new[] { 1f, 2, -1, 0.5f }));
            _norm.bias!.copy_(tensor(new[] { 0f, 1, 2, 3 }));
        }

        public BatchNorm2d Norm => _norm;

        public override int FeatureSize => 4;

        public override NetworkOutput Compute(Tensor input) => new([_norm.call(input)], input, input);

        /// <summary>The output for a batch, without a trace in the statistics.</summary>
        public Tensor Compute(Tensor input, bool track)
        {
            using var frozen = no_grad();
            return nn.functional.batch_norm(input, null, null, _norm.weight, _norm.bias, training: !track);
        }
    }
}
