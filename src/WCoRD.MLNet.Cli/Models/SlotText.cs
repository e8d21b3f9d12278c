using Microsoft.ML.Data;

namespace WCoRD.MLNet.Cli.Models;

/// <summary>The names of a score's slots, which are the classes'; their numbers where they have none.</summary>
internal static class SlotText
{
    public static string[] Of(Microsoft.ML.DataViewSchema.Column column)
    {
        if (!column.HasSlotNames())
        {
            return [.. Enumerable.Range(1, ((VectorDataViewType)column.Type).Size).Select(key => Invariant($"{key}"))];
        }

        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
