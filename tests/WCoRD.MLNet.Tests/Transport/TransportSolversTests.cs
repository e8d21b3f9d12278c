using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TransportSolversTests
{
    [TestMethod]
    public void Create_WithARegularization_SolvesByIt()
    {
        using var scope = NewDisposeScope();
        var problem = new TransportProblem(ReferenceTensors.Uniform("cost", 0, 1, 5, 4));
        (ITransportSolver Made, ITransportSolver Same, ITransportSolver Usual)[] all =
        [
            (Create(TransportSolver.Sinkhorn, 0.7), Sinkhorn.Relative(0.7, 40), Create(TransportSolver.Sinkhorn, null)),
            (Create(TransportSolver.Ipot, 3), new Ipot(3, 40), Create(TransportSolver.Ipot, null)),
        ];
        foreach ((ITransportSolver made, ITransportSolver same, ITransportSolver usual) in all)
        {
            Tensor plan = made.Solve(problem).Plan;
            Assert.IsTrue(plan.equal(same.Solve(problem).Plan).all().ToBoolean());
            Assert.IsFalse(plan.allclose(usual.Solve(problem).Plan, 1e-3, 1e-4));
        }
    }

    [TestMethod]
    public void Create_WithoutARegularization_TakesTheDocumentedOne()
    {
        using var scope = NewDisposeScope();
        var problem = new TransportProblem(ReferenceTensors.Uniform("cost", 0, 1, 5, 4));
        Assert.IsTrue(Create(TransportSolver.Sinkhorn, null).Solve(problem).Plan.equal(Sinkhorn.Relative(0.05, 40).Solve(problem).Plan).all().ToBoolean());
        Assert.IsTrue(Create(TransportSolver.Ipot, null).Solve(problem).Plan.equal(new Ipot(0.5, 40).Solve(problem).Plan).all().ToBoolean());
    }

    [TestMethod]
    public void Create_NumbersOrSolversWithoutMeaning_AreRefused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Create(TransportSolver.Exact, 0.5)).Message, "The regularization is 0.5: expected null");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Create((TransportSolver)9, null)).Message, "expected a solver of TransportSolver.");
        foreach (TransportSolver solver in new[] { TransportSolver.Sinkhorn, TransportSolver.Ipot })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TransportSolvers.Create(solver, null, iterations: 0));
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Create(solver, 0));
        }
    }

    private static ITransportSolver Create(TransportSolver solver, double? regularization) =>
        TransportSolvers.Create(solver, regularization, iterations: 40);
}
