using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What a training learns from: rows, the student's views of them, and a teacher's output for these views.</summary>
/// <param name="set">All rows read.</param>
/// <param name="rows">Those learned from; the others are held back.</param>
/// <param name="augmentation">Makes the student's views.</param>
/// <param name="teacher">The teacher, which stays its owner's; null: there is none.</param>
internal sealed class TrainingExamples(ExampleSet set, int[] rows, Augmentation augmentation, TeacherOutputs? teacher)
{
    /// <summary>The number of rows learned from.</summary>
    public int Count => rows.Length;

    /// <summary>The classes of the rows learned from.</summary>
    public long[] Labels { get; } = set.LabelsOf(rows);

    /// <summary>Where batches are made.</summary>
    public Device Device => set.Device;

    /// <summary>The teacher; null: there is none.</summary>
    public TeacherOutputs? Teacher => teacher;

    /// <summary>Draws views of some examples.</summary>
    /// <param name="indices">Their numbers among the rows learned from.</param>
    /// <param name="random">Draws the views.</param>
    /// <returns>Tensors that the caller owns.</returns>
    public Batch Draw(ReadOnlySpan<int> indices, Random random) => Make(indices, augmentation.Draw(indices.Length, random));

    /// <summary>Some examples as they are.</summary>
    public Batch Still(ReadOnlySpan<int> indices) => Make(indices, augmentation.Still(indices.Length));

    /// <summary>Draws as <see cref="Draw"/> does, for nothing: a resumed epoch goes on with the views that are next.</summary>
    public void Skip(int count, Random random) => _ = augmentation.Draw(count, random);

    /// <summary>The teacher's output for a batch, without gradient; null: there is no teacher.</summary>
    public NetworkOutput? Teach(Batch batch) => teacher?.Compute(batch);

    private Batch Make(ReadOnlySpan<int> indices, Views views)
    {
        int[] numbers = new int[indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            numbers[i] = rows[indices[i]];
        }

        Tensor all = tensor(numbers, ScalarType.Int64);
        Tensor images = set.PixelsOf(all);
        return new Batch(
            tensor(indices.ToArray(), ScalarType.Int64).OnDevice(set.Device),
            all,
            tensor(set.LabelsOf(numbers)).OnDevice(set.Device),
            images,
            augmentation.Apply(images, views),
            views);
    }
}
