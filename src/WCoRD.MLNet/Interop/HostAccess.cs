using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace WCoRD.MLNet;

/// <summary>What an estimator needs of its ML.NET environment and cannot reach by public API.</summary>
internal static class HostAccess
{
    /// <summary>The environment behind <c>mlContext.MulticlassClassification.Trainers</c>.</summary>
    public static IHostEnvironment Environment(MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers) => CatalogUtils.GetEnvironment(trainers);

    /// <summary>The environment behind <c>mlContext.Data</c>.</summary>
    public static IHostEnvironment Environment(DataOperationsCatalog data) => CatalogUtils.GetEnvironment(data);

    /// <summary>The environment behind <c>mlContext.Transforms</c>.</summary>
    public static IHostEnvironment Environment(TransformsCatalog transforms) => CatalogUtils.GetEnvironment(transforms);

    /// <summary>Draws a seed from the host's own stream, which follows <c>MLContext</c>'s seed in order of registration.</summary>
    public static int NextSeed(IHost host) => host.Rand.Next();

    /// <summary>The seed given to <c>MLContext</c>; null where none was.</summary>
    public static int? Seed(IHostEnvironment environment) => (environment as IHostEnvironmentInternal)?.Seed;

    /// <summary>Whether <c>MLContext.CancelExecution</c> was called after this host was registered.</summary>
    public static bool IsCanceled(IHostEnvironment environment) => environment is ICancelable { IsCanceled: true };
}
