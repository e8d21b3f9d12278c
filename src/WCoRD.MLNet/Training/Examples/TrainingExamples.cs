using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What a training learns from: rows, the student's views of them, and a teacher's output for these views.</summary>
/// <param name="set">All rows read.</param>
/// <param name="rows">Those learned from; the others are held back.</param>
/// <param name="augmentation">Makes the student's views.</param>
/// <param name="teacher">The teacher, which stays its owner's; null: there is none.</param>
/// <param name="stored">What the teacher made of each row's views, which stays its owner's; null: it is shown each view anew.</param>
/// <param name="ranks">The processes that learn together, each from its share of every batch; null: this one alone.</param>
internal sealed class TrainingExamples(
    ExampleSet set, int[] rows, Augmentation augmentation, TeacherOutputs? teacher, StoredViews? stored = null, RankGroup? ranks = null)
{
    private Random _random = new(0);
    private int? _view;

    /// <summary>The number of rows learned from.</summary>
    public int Count => rows.Length;

    /// <summary>The classes of the rows learned from.</summary>
    public long[] Labels { get; } = set.LabelsOf(rows);

    /// <summary>Where batches are made.</summary>
    public Device Device => set.Device;

    /// <summary>The teacher; null: there is none.</summary>
    public TeacherOutputs? Teacher => teacher;

    /// <summary>Begins an epoch. Where views are stored, the teacher sees now what it has not seen of this one's.</summary>
    /// <param name="epoch">The epoch, counted from 1.</param>
    /// <param name="random">Draws the epoch's views.</param>
    /// <param name="progress">Told how far the teacher is.</param>
    public void Begin(int epoch, Random random, Action<ViewProgress> progress)
    {
        (_random, _view) = (random, stored?.Of(epoch));
        if (_view is { } view)
        {
            Store(view, progress);
        }
    }

    /// <summary>Lets the teacher see a view of all rows, unless it has.</summary>
    /// <param name="view">The view's number.</param>
    /// <param name="progress">Told how far the teacher is.</param>
    public void Store(int view, Action<ViewProgress> progress) => stored!.Complete(view, (from, count) => TeachRows(view, from, count), progress);

    /// <summary>Draws views of the epoch's next examples.</summary>
    /// <param name="indices">Their numbers among the rows learned from.</param>
    /// <returns>Tensors that the caller owns.</returns>
    public Batch Draw(ReadOnlySpan<int> indices)
    {
        // Every rank draws the views of all, so that they are the same for any number of ranks.
        int[] numbers = RowsOf(indices);
        Views views = DrawViews(numbers);
        BatchShare? share = ranks is null ? null : new BatchShare(numbers.Length, ranks.Rank, ranks.Size);
        return Make(indices, numbers, views, share) with { StoredView = _view };
    }

    /// <summary>Some examples as they are.</summary>
    public Batch Still(ReadOnlySpan<int> indices) => Make(indices, RowsOf(indices), augmentation.Still(indices.Length));

    /// <summary>Draws as <see cref="Draw"/> does, for nothing: a resumed epoch goes on with the views that are next.</summary>
    public void Skip(ReadOnlySpan<int> indices) => _ = DrawViews(RowsOf(indices));

    /// <summary>The teacher's output for a batch, without gradient; null: there is no teacher.</summary>
    public NetworkOutput? Teach(Batch batch) =>
        batch.StoredView is { } view ? stored!.Read(view, batch.Rows, set.Device) : teacher?.Compute(batch);

    private Views DrawViews(int[] numbers) => _view is { } view
        ? augmentation.DrawRepeatable(numbers.Length, _random, i => StoredViews.StreamOf(numbers[i], view))
        : augmentation.Draw(numbers.Length, _random);

    // Whatever a training learns from, all rows are shown, in their order: the next one may learn from others.
    private NetworkOutput TeachRows(int view, int from, int count)
    {
        lock (QuietCollections.Step)
        {
            using var scope = NewDisposeScope();
            int[] numbers = [.. Enumerable.Range(from, count)];
            Views views = augmentation.DrawRepeatable(count, new Random(0), i => StoredViews.StreamOf(numbers[i], view));
            return teacher!.Compute(Make(numbers, numbers, views)).MoveToOuterDisposeScope();
        }
    }

    private int[] RowsOf(ReadOnlySpan<int> indices)
    {
        int[] numbers = new int[indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            numbers[i] = rows[indices[i]];
        }

        return numbers;
    }

    private Batch Make(ReadOnlySpan<int> indices, int[] numbers, Views views, BatchShare? share = null)
    {
        Tensor labels = tensor(set.LabelsOf(numbers)).OnDevice(set.Device);
        if (share is { } own && views.Mixture is null)
        {
            numbers = numbers[own.FirstComputed..(own.FirstComputed + own.Computed)];
            views = views.Of(own);
        }

        Tensor made = tensor(numbers, ScalarType.Int64);
        Tensor images = set.PixelsOf(made);
        var batch = new Batch(
            tensor(indices.ToArray(), ScalarType.Int64).OnDevice(set.Device), made, labels, images, augmentation.Apply(images, views), views)
        {
            Share = share,
        };
        return batch with { Pixels = batch.OfShare(batch.Pixels) };
    }
}
