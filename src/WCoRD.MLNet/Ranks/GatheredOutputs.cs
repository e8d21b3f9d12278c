using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// What all ranks computed for one batch, each for its share: an objective sees it as one process would, and its gradient goes back to each
/// rank's own examples.
/// </summary>
internal sealed class GatheredOutputs
{
    private readonly RankGroup _ranks;
    private readonly BatchShare _share;
    private readonly List<(Tensor Own, Tensor Whole)> _student = [];

    /// <param name="ranks">The ranks.</param>
    /// <param name="share">This rank's share.</param>
    /// <param name="student">What the student computed for it, with its graph.</param>
    /// <param name="teacher">What the teacher did; null: there is none.</param>
    /// <param name="withMaps">Whether maps are needed, which are many times as much as features and scores.</param>
    public GatheredOutputs(RankGroup ranks, BatchShare share, NetworkOutput student, NetworkOutput? teacher, bool withMaps)
    {
        (_ranks, _share) = (ranks, share);
        Tensor[] ofStudent = TensorsOf(student, withMaps), ofTeacher = teacher is null ? [] : TensorsOf(teacher, withMaps);
        Tensor[] own = [.. ofStudent, .. ofTeacher];
        using var scope = NewDisposeScope();
        Tensor all = ranks.Gather(cat([.. own.Select(Flat)], 1), share);
        Dictionary<Tensor, Tensor> whole = new(ReferenceEqualityComparer.Instance);
        long from = 0;
        foreach (Tensor part in own)
        {
            long width = part.numel() / part.shape[0];
            whole[part] = all.narrow(1, from, width).clone().view([share.Total, .. part.shape[1..]]).to(part.dtype);
            from += width;
        }

        foreach (Tensor part in ofStudent.Where(part => part.requires_grad))
        {
            _student.Add((part, whole[part].requires_grad_()));
        }

        Student = WholeOf(student);
        Teacher = teacher is null ? null : WholeOf(teacher);

        NetworkOutput WholeOf(NetworkOutput output) => (withMaps
            ? new NetworkOutput([.. output.StageMaps.Select(map => whole[map])], whole[output.Features], whole[output.Logits])
            {
                PreActivations = [.. output.PreActivations.Select(map => whole[map])],
            }
            : new NetworkOutput([], whole[output.Features], whole[output.Logits])).MoveToOuterDisposeScope();
    }

    /// <summary>The student's output for the whole batch, from which gradients go to <see cref="Backward"/>.</summary>
    public NetworkOutput Student { get; }

    /// <summary>The teacher's; null: there is none.</summary>
    public NetworkOutput? Teacher { get; }

    /// <summary>After the backward pass of an objective of these: the sum of all ranks' gradients goes on through this rank's student.</summary>
    public void Backward()
    {
        using var scope = NewDisposeScope();
        (Tensor Own, Tensor Whole)[] used = [.. _student.Where(part => part.Whole.grad is not null)];
        if (used.Length == 0)
        {
            // Nothing of the student was looked at: something else is prepared first.
            return;
        }

        Tensor gradients = cat([.. used.Select(part => part.Whole.grad!.flatten(1).to(ScalarType.Float32))], 1).contiguous();
        _ranks.Sum(gradients);
        long from = 0;
        List<Tensor> own = [];
        foreach ((Tensor part, Tensor whole) in used)
        {
            long width = whole.numel() / whole.shape[0];
            Tensor gradient = zeros(part.shape, part.dtype, part.device);
            gradient.narrow(0, 0, _share.Count)
                .copy_(gradients.narrow(0, _share.From, _share.Count).narrow(1, from, width).view([_share.Count, .. part.shape[1..]]));
            own.Add(gradient);
            from += width;
        }

        autograd.backward([.. used.Select(part => part.Own)], own);
    }

    // A map that is also one before its rectifier stands once.
    private static Tensor[] TensorsOf(NetworkOutput output, bool withMaps) =>
    [
        .. new HashSet<Tensor>(
            [output.Features, output.Logits, .. withMaps ? [.. output.StageMaps, .. output.PreActivations] : (Tensor[])[]],
            ReferenceEqualityComparer.Instance),
    ];

    private Tensor Flat(Tensor values) => values.detach().narrow(0, 0, _share.Count).flatten(1).to(ScalarType.Float32);
}
