using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>KDSVD (Lee et al., 2018): how each stage's main direction among its channels stands to the last stage's.</summary>
/// <remarks>
/// <c>1/batch sum (exp(-(v_i - v_(i-1)')^2 / 8) of the student - of the teacher)^2</c> over all pairs of channels of neighbouring stages,
/// where v is the first right singular vector of the map as <c>[positions, channels]</c>,
/// the student's being that of its first four which is nearest the teacher's. Student and teacher need equal channels. Part <c>kdsvd</c>.
/// Source: RepDistiller; it gives no weight, which is 1 here.
/// The reference leaves a vector's sign to the solver, on which its value depends; here the teacher's has a sum of at least 0. Its gradient
/// is not finite where singular values coincide, as those of dead channels do; here such pairs give none.
/// </remarks>
internal sealed class KdsvdObjective : ComparingObjective
{
    private const int StudentVectors = 4;
    private const double Bandwidth = 8;
    private (Tensor Student, Tensor Teacher) _last;

    /// <summary>Creates the objective.</summary>
    /// <param name="context">The networks' shapes.</param>
    /// <exception cref="ArgumentException">The networks' channels differ.</exception>
    public KdsvdObjective(ObjectiveContext context)
        : base("kdsvd", Stages)
    {
        context.CheckEqualChannels("kdsvd");
    }

    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step)
    {
        Tensor target = Vectors(teacher, 1);
        target = where(target.sum(1, keepdim: true).lt(0), -target, target);
        Tensor vector = Nearest(Vectors(student, StudentVectors), target);

        // The first stage has no last one.
        Tensor value = pair == 0
            ? zeros_like(target).sum()
            : (Relation(vector, _last.Student) - Relation(target, _last.Teacher)).square().sum() / student.shape[0];
        _last = (vector, target);
        return value;
    }

    /// <summary>
    /// The first right singular vectors <c>[batch, channels, count]</c> of the map <c>[batch, channels, height, width]</c>.
    /// </summary>
    /// <remarks>
    /// They are eigenvectors of the channels' products G. With V and L of G, a small change of G changes v_k by <c>sum over j of v_j (v_j'
    /// dG v_k) / (l_k - l_j)</c>: added as a term that is 0 in value,
    /// this is the exact gradient without what the general decomposition needs of the vectors that nobody asked for.
    /// </remarks>
    private static Tensor Vectors(Tensor map, int count)
    {
        Tensor rows = map.flatten(2), products = rows.bmm(rows.transpose(1, 2));
        count = Math.Min(count, (int)products.shape[2]);
        Tensor all, vectors, gaps;
        using (no_grad())
        {
            (Tensor values, all) = linalg.eigh(products);
            vectors = all.narrow(2, all.shape[2] - count, count).flip(2);
            gaps = values.narrow(1, values.shape[1] - count, count).flip(1).unsqueeze(1) - values.unsqueeze(2);
            Tensor least = values.amax([1]).abs().view(-1, 1, 1) * 1e-6;
            gaps = where(gaps.abs().gt(least), gaps.reciprocal(), zeros_like(gaps));
        }

        Tensor changes = all.transpose(1, 2).bmm(products - products.detach()).bmm(vectors);
        return vectors + all.bmm(changes * gaps);
    }

    private static Tensor Nearest(Tensor candidates, Tensor target)
    {
        using (no_grad())
        {
            Tensor cosines = candidates.transpose(1, 2).bmm(target);
            Tensor nearest = cosines.abs().argmax(1, keepdim: true);
            target = zeros_like(cosines).scatter(1, nearest, cosines.gather(1, nearest).sign());
        }

        return candidates.bmm(target);
    }

    private static Tensor Relation(Tensor vector, Tensor last) => ((vector - last.transpose(1, 2)).square() / -Bandwidth).exp();
}
