namespace WCoRD.MLNet;

/// <summary>What a cancelled training gives. With a checkpoint folder, a checkpoint is written either way.</summary>
public enum CancelBehavior
{
    /// <summary>An <see cref="OperationCanceledException"/>, as .NET has it.</summary>
    Throw,

    /// <summary>
    /// The model so far, whose history holds the epochs that were completed. Before the first step there is none: then an
    /// <see cref="OperationCanceledException"/> as well.
    /// </summary>
    ReturnModel,
}
