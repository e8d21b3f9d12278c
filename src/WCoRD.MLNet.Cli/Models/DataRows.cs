using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Cli.Models;

/// <summary>A class-balanced part of rows.</summary>
internal static class DataRows
{
    /// <summary>
    /// The first <c>limit / classes</c> rows of each class, and one more of the first classes for what is left over; null: all rows.
    /// </summary>
    public static IDataView Limit(IDataView data, int? limit)
    {
        if (limit is not { } rows)
        {
            return data;
        }

        uint[] labels = [.. data.GetColumn<uint>("Label")];
        if (rows >= labels.Length)
        {
            return data;
        }

        int classes = (int)((KeyDataViewType)data.Schema["Label"].Type).Count;
        var seen = new int[classes];
        bool[] taken = Array.ConvertAll(
            labels, label => label > 0 && seen[label - 1]++ < (rows / classes) + (label - 1 < rows % classes ? 1 : 0));
        return new TakenRows(data, row => taken[row], taken.Count(isTaken => isTaken));
    }

    /// <summary>A class-balanced share of rows: the first of each class.</summary>
    public static IDataView Share(IDataView data, double share) =>
        Limit(data, Math.Max(1, (int)Math.Round(share * data.GetColumn<uint>("Label").Count(label => label > 0))));
}
