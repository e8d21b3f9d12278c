namespace WCoRD.MLNet;

/// <summary>
/// A module that can write down what its <c>forward</c> computes when it learns no more: what a module of your own implements, so that a
/// network of it can be exported (<see cref="NetworkGraph"/>).
/// </summary>
public interface IGraphModule
{
    /// <summary>Writes down what the module computes.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">What the module reads.</param>
    /// <returns>What it gives.</returns>
    GraphValue Trace(NetworkGraph graph, GraphValue input);
}
