using TorchSharp.Modules;

namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>What ranks ask of each other for one step of WCoRD+KD.</summary>
/// <param name="Norms">The channels of each batch norm of the student.</param>
/// <param name="StudentWidth">The student's features and scores of an example.</param>
/// <param name="TeacherWidth">The teacher's.</param>
/// <param name="Parameters">What is learned, of student and heads.</param>
/// <param name="ImageBytes">An image, as it was read.</param>
internal sealed record StepTraffic(IReadOnlyList<long> Norms, long StudentWidth, long TeacherWidth, long Parameters, long ImageBytes)
{
    // The loss, the right answers, the labels, and the parts ce, gckt, lckt and kd.
    private const int Readings = 7;

    /// <summary>The traffic of two networks of the catalog.</summary>
    /// <param name="student">The student's.</param>
    /// <param name="teacher">The teacher's.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="side">The images' height and width.</param>
    public static StepTraffic Of(string student, string teacher, int classes, int side)
    {
        using FeatureNetwork learning = NetworkCatalog.Create(student, classes), teaching = NetworkCatalog.Create(teacher, classes);
        long embedding = new WcordDistillationOptions().EmbeddingSize;
        long heads = ((learning.FeatureSize + 1) + (teaching.FeatureSize + 1)) * embedding;
        return new StepTraffic(
            [.. learning.modules().OfType<BatchNorm>().Select(norm => norm.weight!.shape[0])],
            learning.FeatureSize + classes,
            teaching.FeatureSize + classes,
            learning.parameters().Sum(parameter => parameter.numel()) + heads,
            RandomImages.BytesOf(side));
    }

    /// <summary>The calls of a step, in order.</summary>
    /// <param name="batch">The examples of all ranks.</param>
    /// <param name="ranks">The ranks.</param>
    public IEnumerable<Collective> Calls(int batch, int ranks)
    {
        int share = (batch + ranks - 1) / ranks;

        // Whether one wants to stop or to save.
        yield return new Collective(CollectiveKind.AllGather, sizeof(int), 1);

        // The images that others have read: of R ranks each has every R-th row.
        yield return new Collective(CollectiveKind.AllToAll, share * ImageBytes * (ranks - 1) / ranks, 1);

        // Sums, squares and the number of values.
        foreach (long channels in Norms)
        {
            yield return Sum((2 * channels) + 1, sizeof(double));
        }

        yield return new Collective(CollectiveKind.AllGather, share * (StudentWidth + TeacherWidth) * sizeof(float), 1);
        yield return Sum(Readings, sizeof(float));
        yield return Sum(batch * StudentWidth, sizeof(float));
        foreach (long channels in Norms.Reverse())
        {
            yield return Sum(2 * channels, sizeof(double));
        }

        yield return Sum(Parameters, sizeof(float));
    }

    private static Collective Sum(long values, int valueBytes) => new(CollectiveKind.AllReduce, values, valueBytes);
}
