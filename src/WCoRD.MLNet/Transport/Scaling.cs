using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Sinkhorn's step, which <see cref="Sinkhorn"/> repeats and <see cref="Ipot"/> takes once for each of its own.</summary>
/// <remarks>
/// <c>delta = 1 / (n Q sigma)</c> makes the rows of <c>diag(delta) Q diag(sigma)</c> sum to 1/n, <c>sigma = 1 / (m Q' delta)</c> its
/// columns
/// to 1/m. In logarithms: the smallest entries of Q are 0 as numbers, and a row of zeros would divide by zero.
/// </remarks>
internal static class Scaling
{
    /// <summary>Sets rows, then columns right.</summary>
    /// <param name="logKernel">The logarithm of Q, <c>[n, m]</c>.</param>
    /// <param name="logSigma"><c>[1, m]</c>.</param>
    /// <returns><c>[n, 1]</c> and <c>[1, m]</c>.</returns>
    public static (Tensor LogDelta, Tensor LogSigma) Step(Tensor logKernel, Tensor logSigma)
    {
        Tensor logDelta = -Math.Log(logKernel.shape[0]) - (logKernel + logSigma).logsumexp(1, keepdim: true);
        return (logDelta, -Math.Log(logKernel.shape[1]) - (logKernel + logDelta).logsumexp(0, keepdim: true));
    }
}
