using System.Runtime;

namespace WCoRD.MLNet;

/// <summary>Keeps garbage collections away from running steps.</summary>
/// <remarks>
/// TorchSharp's scalars may be finalised while a native call still reads them. Only a collection that another thread causes does that: in
/// batch mode no collection runs beside the threads,
/// and trainings in one process take their steps in turn. That costs nothing, since a step uses every core.
/// </remarks>
internal static class QuietCollections
{
    private static readonly Lock Counting = new();
    private static int _trainings;
    private static GCLatencyMode _usual;

    /// <summary>Held during a step.</summary>
    public static Lock Step { get; } = new();

    /// <summary>Begins a training; disposing the result ends it.</summary>
    public static IDisposable Begin()
    {
        lock (Counting)
        {
            if (_trainings++ == 0)
            {
                _usual = GCSettings.LatencyMode;
                GCSettings.LatencyMode = GCLatencyMode.Batch;
            }
        }

        return new Ending();
    }

    private sealed class Ending : IDisposable
    {
        public void Dispose()
        {
            lock (Counting)
            {
                if (--_trainings == 0)
                {
                    GCSettings.LatencyMode = _usual;
                }
            }
        }
    }
}
