using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What a training learns from: rows, the student's views of them, and a teacher's output for these views.</summary>
/// <param name="set">All rows read.</param>
/// <param name="rows">Those learned from; the others are held back.</param>
/// <param name="augmentation">Makes the student's views.</param>
/// <param name="teacher">The teacher, which stays its owner's; null: there is none.</param>
/// <param name="stored">What the teacher made of each row's views, which stays its owner's; null: it is shown each view anew.</param>
internal sealed class TrainingExamples(
    ExampleSet set, int[] rows, Augmentation augmentation, TeacherOutputs? teacher, StoredViews? stored = null)
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
        BatchShare? share = set.Ranks is { } ranks ? new BatchShare(numbers.Length, ranks.Rank, ranks.Size) : null;
        if (share is not { } own)
        {
            return Make(indices, numbers, views, null) with { StoredView = _view };
        }

        // Where examples are mixed with each other, each rank makes all of them.
        bool areMixed = views.Mixture is not null;
        Batch batch = areMixed
            ? Make(indices, numbers, views, RowExchange.ForAll(set.Ranks!, numbers)) with { Share = share }
            : Make(indices, own.Of(numbers), views.Of(own), RowExchange.ForShares(set.Ranks!, numbers)) with { Share = share };
        return batch with
        {
            StoredView = _view,
            Labels = tensor(set.LabelsOf(numbers)).OnDevice(set.Device),
            Pixels = batch.OfShare(batch.Pixels),
        };
    }

    /// <summary>Some examples as they are.</summary>
    public Batch Still(ReadOnlySpan<int> indices)
    {
        int[] numbers = RowsOf(indices);
        return Make(indices, numbers, augmentation.Still(indices.Length), set.Ranks is { } ranks ? RowExchange.ForAll(ranks, numbers) : null);
    }

    /// <summary>Draws as <see cref="Draw"/> does, for nothing: a resumed epoch goes on with the views that are next.</summary>
    public void Skip(ReadOnlySpan<int> indices) => _ = DrawViews(RowsOf(indices));

    /// <summary>The teacher's output for a batch, without gradient; null: there is no teacher.</summary>
    public NetworkOutput? Teach(Batch batch) =>
        batch.StoredView is { } view ? stored!.Read(view, batch, set.Device) : teacher?.Compute(batch);

    /// <summary>Whether the teacher makes its output of a batch's pixels alone, the student's views, by what a GPU can record.</summary>
    public bool TeachesByPixels(Batch batch) =>
        batch.StoredView is null && batch.Views.OfTeacher is null && teacher?.IsReplayable == true;

    private Views DrawViews(int[] numbers) => _view is { } view
        ? augmentation.DrawRepeatable(numbers.Length, _random, i => StoredViews.StreamOf(numbers[i], view))
        : augmentation.Draw(numbers.Length, _random);

    // Whatever a training learns from, all rows read here are shown, in their order: the next one may learn from others.
    private NetworkOutput TeachRows(int view, int from, int count)
    {
        lock (QuietCollections.Step)
        {
            using var scope = NewDisposeScope();
            int[] numbers = [.. Enumerable.Range(from, count).Select(place => set.Ranks is { } ranks ? RowExchange.NumberOf(ranks, place) : place)];
            Views views = augmentation.DrawRepeatable(count, new Random(0), i => StoredViews.StreamOf(numbers[i], view));
            RowExchange? own = set.Ranks is { } all ? RowExchange.ForOwn(all, numbers) : null;
            return teacher!.Compute(Make(numbers, numbers, views, own)).MoveToOuterDisposeScope();
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

    private Batch Make(ReadOnlySpan<int> indices, int[] numbers, Views views, RowExchange? exchange)
    {
        Tensor all = tensor(numbers, ScalarType.Int64);
        Tensor images = set.PixelsOf(all, exchange);
        return new Batch(
            tensor(indices.ToArray(), ScalarType.Int64).OnDevice(set.Device),
            all,
            tensor(set.LabelsOf(numbers)).OnDevice(set.Device),
            images,
            augmentation.Apply(images, views),
            views)
        {
            Exchange = exchange,
        };
    }
}
