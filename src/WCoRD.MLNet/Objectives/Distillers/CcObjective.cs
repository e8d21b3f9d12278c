using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>CC, correlation congruence (Peng et al., 2019): how the embeddings differ from example to example.</summary>
/// <remarks>
/// <c>1 / (B - 1) sum_b |u_b - v_b| . |u_b+1 - v_b+1|</c> for embeddings <c>u</c> of the teacher's and <c>v</c> of the student's features
/// by two trained linear heads of 128 dimensions; a batch of one gives 0.
/// Part <c>cc</c>. Source: RepDistiller; weight 0.02 there.
/// </remarks>
internal sealed class CcObjective : ComparingObjective
{
    private const int EmbeddingSize = 128;
    private readonly Linear _student;
    private readonly Linear _teacher;

    /// <summary>Creates the objective.</summary>
    /// <param name="context">The networks' shapes and the seed of the heads.</param>
    public CcObjective(ObjectiveContext context)
        : base("cc", Features)
    {
        using var generator = new Generator(unchecked((ulong)context.Seed));
        _student = nn.Linear(context.Student.Features, EmbeddingSize);
        _teacher = nn.Linear(context.Teacher.Features, EmbeddingSize);
        WeightInitialization.TorchDefault(_student, generator);
        WeightInitialization.TorchDefault(_teacher, generator);
        register_module("embed_s", _student);
        register_module("embed_t", _teacher);
    }

    public override int MinimumBatchSize => 2;

    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step)
    {
        Tensor difference = (_student.call(student) - _teacher.call(teacher)).abs();
        long pairs = difference.shape[0] - 1;
        return (difference.narrow(0, 0, pairs) * difference.narrow(0, 1, pairs)).sum() / Math.Max(1, pairs);
    }
}
