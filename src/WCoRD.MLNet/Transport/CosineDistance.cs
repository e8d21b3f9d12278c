using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The cost of transport between embeddings, <c>C_ij = 1 - cos(u_i, v_j)</c>.</summary>
internal static class CosineDistance
{
    /// <param name="teacher">u, <c>[n, embedding]</c>.</param>
    /// <param name="student">v, <c>[m, embedding]</c>.</param>
    /// <returns><c>[n, m]</c>, with its graph.</returns>
    public static Tensor Of(Tensor teacher, Tensor student)
    {
        using var scope = NewDisposeScope();
        return (1 - teacher.AtLeastSingle().UnitRows().matmul(student.AtLeastSingle().UnitRows().t())).MoveToOuterDisposeScope();
    }
}
