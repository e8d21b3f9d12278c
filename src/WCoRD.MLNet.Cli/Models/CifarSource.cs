using Microsoft.ML;

namespace WCoRD.MLNet.Cli.Models;

/// <summary>Files in CIFAR-100's binary layout.</summary>
internal sealed class CifarSource(string path) : DataSource(path)
{
    public override IReadOnlyList<Cifar100Split> Parts =>
        File.Exists(Path) ? [Cifar100Split.Train] : [Cifar100Split.Train, Cifar100Split.Test];

    public override IDataView Rows(
        MLContext mlContext, Cifar100Split split, int? limit, IReadOnlyList<string>? classNames, Func<IDataView, IDataView>? take)
    {
        IDataView rows = DataRows.Limit(mlContext.Data.LoadFromCifar100(Path, split), limit);
        return take?.Invoke(rows) ?? rows;
    }

    public override IEstimator<ITransformer>? Decoding(MLContext mlContext, string outputColumnName, int? imageSize) => null;
}
