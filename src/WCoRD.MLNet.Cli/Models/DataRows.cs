using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Cli.Models;

/// <summary>Rows of a data folder, all or a class-balanced part.</summary>
internal static class DataRows
{
    private const int Classes = 100;

    /// <summary>
    /// Loads a split; with a limit, the first <c>limit / 100</c> rows of each class, and one more of the first classes for what is left
    /// over.
    /// </summary>
    public static IDataView Load(MLContext mlContext, string path, Cifar100Split split, int? limit)
    {
        IDataView data = mlContext.Data.LoadFromCifar100(path, split);
        return limit is { } rows && rows < data.GetRowCount() ? Limit(mlContext, data, rows) : data;
    }

    /// <summary>A class-balanced share of rows: the first of each class.</summary>
    public static IDataView Share(MLContext mlContext, IDataView data, double share) =>
        Limit(mlContext, data, Math.Max(1, (int)Math.Round(share * data.GetColumn<uint>("Label").Count(label => label > 0))));

    private static IDataView Limit(MLContext mlContext, IDataView data, int rows)
    {
        // ML.NET's filters leave out the rows for which the predicate is true.
        return mlContext.Data.FilterByStatefulCustomPredicate<LabelRow, Counts>(
            data,
            (row, counts) => row.Label == 0 || ++counts.Seen[row.Label - 1] > Quota(rows, (int)row.Label - 1),
            counts => Array.Clear(counts.Seen));
    }

    private static int Quota(int rows, int label) => (rows / Classes) + (label < rows % Classes ? 1 : 0);

    private sealed class LabelRow
    {
        [KeyType(Classes)]
        public uint Label { get; set; }
    }

    private sealed class Counts
    {
        public int[] Seen { get; } = new int[Classes];
    }
}
