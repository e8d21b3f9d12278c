namespace WCoRD.MLNet;

/// <summary>Stands for an object beside the weights whose content nobody reads, as the arguments that a script was started with.</summary>
internal sealed record PickledObject(PickledGlobal Class);
