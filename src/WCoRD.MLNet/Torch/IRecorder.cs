namespace WCoRD.MLNet;

/// <summary>Records work once, and does it again from then on: with the same tensors, whatever they hold by then.</summary>
internal interface IRecorder : IDisposable
{
    /// <summary>Whether there is memory enough to keep what is recorded.</summary>
    bool HasRoom { get; }

    /// <summary>Does some work as it will be recorded, so that all it needs is there.</summary>
    void Prepare(Action work);

    /// <summary>Records some work in place of what was recorded before, without doing it.</summary>
    void Record(Action work);

    /// <summary>Of what is prepared or recorded, two parts that need nothing of each other: the one beside the other.</summary>
    /// <param name="first">Without gradient.</param>
    /// <param name="second">What goes on after both.</param>
    void Together(Action first, Action second);

    /// <summary>Does what was recorded.</summary>
    void Replay();
}
