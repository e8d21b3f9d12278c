namespace WCoRD.MLNet;

/// <summary>Divides an epoch's rows into steps.</summary>
/// <remarks>
/// A single row that is left over joins the batch before it: batch norm and objectives that compare examples need two, and no row is to be
/// lost.
/// </remarks>
/// <param name="Rows">The rows of an epoch.</param>
/// <param name="BatchSize">The examples of a step; the last step may have fewer, or one more.</param>
internal readonly record struct BatchPlan(int Rows, int BatchSize)
{
    /// <summary>The number of steps.</summary>
    public int Steps => Math.Max(1, (Rows / BatchSize) + (Rows % BatchSize > 1 ? 1 : 0));

    /// <summary>The examples of the smallest step.</summary>
    public int Least => Steps == 1 ? Rows : Math.Min(BatchSize, Rows - ((Steps - 1) * BatchSize));

    /// <summary>The rows of a step.</summary>
    /// <param name="order">All rows in the epoch's order.</param>
    /// <param name="step">The step, counted from 0.</param>
    public ReadOnlySpan<int> Of(int[] order, int step)
    {
        int from = step * BatchSize;
        return order.AsSpan(from, step == Steps - 1 ? Rows - from : BatchSize);
    }
}
