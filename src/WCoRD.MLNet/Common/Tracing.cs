using System.Diagnostics;

namespace WCoRD.MLNet;

/// <summary>
/// Where the time of a training step goes, for whoever listens (<c>ActivityListener</c>, OpenTelemetry); nothing where nobody does.
/// </summary>
/// <remarks>
/// Source <c>WCoRD.MLNet</c>. Activities <c>read</c> and <c>hash</c>, for reading the rows and telling them from others; an activity
/// <c>step</c> for each step, and within it <c>data</c>, <c>teacher</c>, <c>student</c>, one for each part of the objective
/// (<c>heads</c>, <c>gckt</c>, <c>kd</c>, ...), <c>backward</c> and <c>optimizer</c>. Where several processes train
/// together, <c>gather</c>, and within all of these <c>mpi</c>, in which a process sends, receives or waits for a slower one.
/// </remarks>
internal static class Tracing
{
    private static readonly ActivitySource Source = new("WCoRD.MLNet");

    /// <summary>Begins a part, which ends when the result is disposed; null: nobody listens.</summary>
    public static Activity? Start(string part) => Source.StartActivity(part);

    /// <summary>Does a part's work within its activity.</summary>
    public static T Run<T>(string part, Func<T> work)
    {
        using Activity? activity = Start(part);
        return work();
    }
}
