namespace WCoRD.MLNet;

/// <summary>Where a training stands within an epoch, reported after every step.</summary>
public sealed class StepProgress
{
    /// <summary>The epoch's number, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of epochs planned.</summary>
    public required int Epochs { get; init; }

    /// <summary>
    /// Whether it is the teacher who sees a view of all rows, which is stored (<see cref="StudentTrainingOptions.StoredViews"/>): steps then
    /// are its calls, and the time left is that of this view.
    /// </summary>
    /// <value>Default false.</value>
    public bool IsStoringView { get; init; }

    /// <summary>The step within the epoch, counted from 1.</summary>
    public required int Step { get; init; }

    /// <summary>The number of steps in an epoch.</summary>
    public required int Steps { get; init; }

    /// <summary>Training examples per second, so far in this epoch.</summary>
    public required double ExamplesPerSecond { get; init; }

    /// <summary>An estimate of the time left until the last epoch ends; while a view is stored, until that is done.</summary>
    public required TimeSpan Remaining { get; init; }
}
