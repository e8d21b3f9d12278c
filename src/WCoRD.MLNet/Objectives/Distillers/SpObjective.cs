using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>SP, similarity preserving (Tung and Mori, 2019): which examples of the batch resemble each other in the last stage.</summary>
/// <remarks>
/// <c>|G_s - G_t|^2 / B^2</c>, where <c>G</c> is the matrix of products of the flattened maps, with unit rows. Part <c>sp</c>. Source:
/// RepDistiller; weight 3000 there.
/// </remarks>
internal sealed class SpObjective() : ComparingObjective("sp", LastStage)
{
    public override int MinimumBatchSize => 2;

    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step) =>
        (Products(student) - Products(teacher)).square().sum() / ((double)student.shape[0] * student.shape[0]);

    private static Tensor Products(Tensor map)
    {
        Tensor rows = map.flatten(1);
        return rows.matmul(rows.t()).UnitRows();
    }
}
