namespace WCoRD.MLNet;

/// <summary>Where a training stands within an epoch, reported after every step.</summary>
/// <param name="Epoch">The epoch's number, counted from 1.</param>
/// <param name="Epochs">The number of epochs planned.</param>
/// <param name="Step">The step within the epoch, counted from 1.</param>
/// <param name="Steps">The number of steps in an epoch.</param>
/// <param name="ExamplesPerSecond">Training examples per second, so far in this epoch.</param>
/// <param name="Remaining">An estimate of the time left until the last epoch ends.</param>
public sealed record StepProgress(int Epoch, int Epochs, int Step, int Steps, double ExamplesPerSecond, TimeSpan Remaining);
