using Microsoft.ML;

namespace WCoRD.MLNet.Cli.Studies;

/// <summary>The trainer that belongs to options.</summary>
internal static class Trainers
{
    /// <param name="mlContext">The environment.</param>
    /// <param name="teacher">The teacher; null where the labels alone teach.</param>
    /// <param name="options">What <see cref="Method.CreateOptions"/> made.</param>
    public static IEstimator<NetworkTransformer> Create(MLContext mlContext, Teacher? teacher, TrainingOptions options) => options switch
    {
        WcordDistillationOptions wcord => new WcordDistillationEstimator(mlContext, teacher!, wcord),
        DistillationOptions distiller => new DistillationEstimator(mlContext, teacher!, distiller),
        _ => new NetworkTrainingEstimator(mlContext, (NetworkTrainingOptions)options),
    };
}
