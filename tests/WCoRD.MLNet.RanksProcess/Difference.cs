namespace WCoRD.MLNet.RanksProcess;

/// <summary>How far two trainings are from each other.</summary>
/// <param name="Weights">The greatest difference of a weight.</param>
/// <param name="Loss">The greatest difference of an epoch's loss, as a share of it.</param>
/// <param name="Validation">The greatest difference of an epoch's validation accuracy.</param>
internal sealed record Difference(double Weights, double Loss, double Validation);
