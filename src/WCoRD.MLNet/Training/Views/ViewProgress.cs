namespace WCoRD.MLNet;

/// <summary>How far a teacher is with a view of all rows.</summary>
/// <param name="Seen">The rows that it has seen.</param>
/// <param name="Rows">All rows.</param>
/// <param name="RowsPerSecond">Rows per second, so far.</param>
internal readonly record struct ViewProgress(int Seen, int Rows, double RowsPerSecond)
{
    /// <summary>The same, as it is reported.</summary>
    /// <param name="epoch">The epoch that waits for the view.</param>
    /// <param name="epochs">The number of epochs planned.</param>
    public StepProgress Within(int epoch, int epochs) => new()
    {
        Epoch = epoch,
        Epochs = epochs,
        IsStoringView = true,
        Step = Calls(Seen),
        Steps = Calls(Rows),
        ExamplesPerSecond = RowsPerSecond,
        Remaining = TimeSpan.FromSeconds((Rows - Seen) / RowsPerSecond),
    };

    private static int Calls(int rows) => (rows + ViewFile.RowsTogether - 1) / ViewFile.RowsTogether;
}
