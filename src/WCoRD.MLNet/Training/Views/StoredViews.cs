using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What a teacher makes of a fixed number of views of each row: seen once, and read by every training after that.</summary>
/// <remarks>
/// Epoch e takes view e mod K. A view follows from the row's number and the view's, never from a training's seed, so that all trainings with
/// one teacher, the same rows and the same augmentation share the files. Beyer et al., "Knowledge distillation: A good teacher is patient and
/// consistent" (CVPR 2022): what is stored of one view must teach that view, no other.
/// </remarks>
internal sealed class StoredViews : IDisposable
{
    // Float16 knows no greater number.
    private const double MostStored = 65504;
    private const double MB = 1e6;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private readonly ViewHeader _header;
    private readonly string _folder;
    private readonly bool _isTemporary;
    private readonly TrainingChannel _channel;
    private readonly Dictionary<int, ViewFile> _open = [];

    private StoredViews(ViewHeader header, int count, string? folder, TrainingChannel channel)
    {
        (_header, Count, _channel) = (header, count, channel);
        (_isTemporary, _folder) = (folder is null, folder ?? Directory.CreateTempSubdirectory("wcord-views").FullName);
        try
        {
            Guard(() => Directory.CreateDirectory(_folder));
            CheckRoom();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The number of views of each row.</summary>
    public int Count { get; }

    /// <summary>Opens the folder that the options name.</summary>
    /// <param name="options">The options, which ask for stored views.</param>
    /// <param name="teacher">What tells the teacher from others.</param>
    /// <param name="precision">The numbers that it computes with.</param>
    /// <param name="shapes">The shapes of what it gives.</param>
    /// <param name="rows">What tells the rows from others.</param>
    /// <param name="count">Their number.</param>
    /// <param name="channel">Told what is stored.</param>
    /// <exception cref="IOException">The folder cannot be made, or has no room.</exception>
    public static StoredViews Open(
        StudentTrainingOptions options, string teacher, Precision precision, OutputShapes shapes, string rows, int count, TrainingChannel channel)
    {
        // Where all views are the same, one will do.
        int views = options.TeacherViews == TeacherViewsKind.Whole || options.Augmentation == AugmentationKind.None ? 1 : options.StoredViews;
        var header = new ViewHeader(teacher, $"{precision}", rows, ViewsOf(options), count, shapes.Features, shapes.Classes);
        return new StoredViews(header, views, options.StoredViewsFolder, channel);
    }

    /// <summary>The view that an epoch takes.</summary>
    /// <param name="epoch">The epoch, counted from 1.</param>
    public int Of(int epoch) => (epoch - 1) % Count;

    /// <summary>The stream that a row's view is drawn from.</summary>
    public static Random StreamOf(int row, int view) => new RandomStreams(row).Managed("stored view", view);

    /// <summary>Makes sure that a view is there, whole and right.</summary>
    /// <param name="view">The view's number.</param>
    /// <param name="teach">What the live teacher makes of this view of a number of rows, from one on.</param>
    /// <param name="progress">Told how far the teacher is.</param>
    /// <exception cref="FormatException">The file of that name is of something else.</exception>
    /// <exception cref="InvalidOperationException">The teacher gives numbers that cannot be stored.</exception>
    /// <exception cref="IOException">The view cannot be written.</exception>
    public void Complete(int view, Func<int, int, NetworkOutput> teach, Action<ViewProgress> progress)
    {
        if (_open.ContainsKey(view))
        {
            return;
        }

        string path = PathOf(view);
        ViewFile? file = Guard(() => ViewFile.TryOpen(path, _header, view));
        bool waits = false;
        while (file is null)
        {
            if (!Guard(() => TryMake(path, view, teach, progress)))
            {
                if (!waits)
                {
                    _channel.Say($"waits for '{path}', which another training is writing");
                    waits = true;
                }

                _channel.CheckCanceled();
                Thread.Sleep(Patience);
            }

            file = Guard(() => ViewFile.TryOpen(path, _header, view));
        }

        _open.Add(view, file);
    }

    /// <summary>What the teacher made of a view of some rows.</summary>
    /// <param name="view">The view's number, which was completed.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="device">Where is computed.</param>
    /// <returns>Features and logits in float32, no maps; the caller owns them.</returns>
    public NetworkOutput Read(int view, Batch batch, Device device)
    {
        using var scope = NewDisposeScope();
        ViewFile file = _open[view];
        Tensor read = batch.Exchange?.Of(places => file.Read(places)) ?? file.Read([.. batch.Rows.data<long>()]);
        Tensor numbers = read.OnDevice(device).to(ScalarType.Float32);
        Tensor features = numbers.narrow(1, 0, _header.Features).contiguous(), logits = numbers.narrow(1, _header.Features, _header.Classes).contiguous();
        return new NetworkOutput([], features, logits).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (ViewFile file in _open.Values)
        {
            file.Dispose();
        }

        if (_isTemporary)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static string ViewsOf(StudentTrainingOptions options) => string.Join(", ", new (string Name, object Value)[]
    {
        (nameof(options.Augmentation), options.Augmentation),
        (nameof(options.CropPadding), options.CropPadding),
        (nameof(options.CropScale), options.CropScale),
        (nameof(options.CropRatio), options.CropRatio),
        (nameof(options.HorizontalFlip), options.HorizontalFlip),
        (nameof(options.ColorJitter), options.ColorJitter),
        (nameof(options.TeacherViews), options.TeacherViews),
    }.Select(option => Invariant($"{option.Name} {option.Value}")));

    private string PathOf(int view) => Path.Combine(_folder, Invariant($"{_header.Fingerprint}-{view:D5}.views"));

    private bool TryMake(string path, int view, Func<int, int, NetworkOutput> teach, Action<ViewProgress> progress)
    {
        long start = Stopwatch.GetTimestamp();
        int seen = 0;
        bool isMade = ViewFile.TryComplete(path, _header, view, Compute, _channel.Warn);
        if (seen > 0)
        {
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            _channel.Say(Invariant($"view {view + 1} of {Count} is stored: the teacher saw {seen} rows in {seconds:F1} s"));
        }

        return isMade;

        Tensor Compute(int from, int rows)
        {
            _channel.CheckCanceled();
            using var scope = NewDisposeScope();
            NetworkOutput output = teach(from, rows);
            Tensor numbers = cat([output.Features, output.Logits], 1).cpu();
            double most = numbers.abs().max().ToDouble();
            if (!(most <= MostStored))
            {
                throw new InvalidOperationException(
                    Invariant($"The teacher gives {most} for one of the rows {from} to {from + rows - 1}: ")
                        + Invariant($"expected numbers up to {MostStored}, which are those that float16 can store. ")
                        + "Set StoredViews to 0, so that the teacher teaches live, or check it and these rows.");
            }

            seen += rows;
            progress(new ViewProgress(from + rows, _header.Count, seen / Stopwatch.GetElapsedTime(start).TotalSeconds));
            return numbers.to(ScalarType.Float16).contiguous().MoveToOuterDisposeScope();
        }
    }

    private void CheckRoom()
    {
        long there = new DirectoryInfo(_folder).EnumerateFiles($"{_header.Fingerprint}-*").Sum(file => file.Length);
        long needed = (Count * ViewFile.SizeOf(_header)) - there;
        long free = new DriveInfo(Path.GetFullPath(_folder)).AvailableFreeSpace;
        if (needed > free)
        {
            throw new IOException(Invariant($"StoredViews is {Count}: these views need {needed / MB:F0} MB more in the folder '{_folder}', ")
                + Invariant($"where {free / MB:F0} MB are free. Make room, store fewer views, or name another StoredViewsFolder."));
        }
    }

    private T Guard<T>(Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The teacher's views cannot be kept in the folder '{_folder}' ({fault.Message}): expected one that can be written and has "
                    + "room for them. What is stored so far stays, and is completed next time. Make room, or name another StoredViewsFolder.",
                fault);
        }
    }
}
