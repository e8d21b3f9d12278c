namespace WCoRD.MLNet;

/// <summary>A stage of training before the main one, in which an objective prepares the student or its own parts.</summary>
/// <param name="Epochs">How many epochs; they are counted before those of the options.</param>
/// <param name="LearningRate">Its constant learning rate; null: the options'.</param>
public sealed record InitialStage(int Epochs, double? LearningRate = null);
