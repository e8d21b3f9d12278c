namespace WCoRD.MLNet;

/// <summary>How the learning rate falls.</summary>
public enum ScheduleKind
{
    /// <summary>By <c>LearningRateDecay</c> at each of <c>Milestones</c>. The papers' own.</summary>
    Steps,

    /// <summary>
    /// Along half a cosine, step by step, from <c>LearningRate</c> after the warm-up to 0 at the end of <c>Epochs</c>:
    /// <c>rate = LearningRate (1 + cos(pi t)) / 2</c>, where t is the share done of the steps after the warm-up.
    /// </summary>
    Cosine,
}
