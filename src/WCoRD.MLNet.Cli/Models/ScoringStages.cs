using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Cli.Models;

/// <summary>
/// The stages that a model's scores come from. A chain may also hold those of a teacher, which read what rows to score need not have:
/// the captions of pictures, say.
/// </summary>
internal static class ScoringStages
{
    /// <summary>The model without the stages before its network that neither the network nor a later stage reads from.</summary>
    /// <param name="model">The model.</param>
    /// <param name="schema">What it was saved for; null: unknown, and all stages stay.</param>
    public static ITransformer Of(ITransformer model, DataViewSchema? schema)
    {
        ITransformer[] stages = [.. ModelFiles.Stages(model)];
        int network = Array.FindIndex(stages, stage => stage is NetworkTransformer);
        if (schema is null || network <= 0 || !stages.All(stage => stage.IsRowToRowMapper))
        {
            return model;
        }

        List<IRowToRowMapper> mappers = [];
        foreach (ITransformer stage in stages)
        {
            mappers.Add(stage.GetRowToRowMapper(mappers.LastOrDefault()?.OutputSchema ?? schema));
        }

        HashSet<string> read = [];
        List<ITransformer> needed = [];
        for (int i = stages.Length - 1; i >= 0; i--)
        {
            DataViewSchema.Column[] added = [.. mappers[i].OutputSchema.Where(column => !column.IsHidden && IsNew(column, mappers[i].InputSchema))];
            if (i >= network || added.Any(column => read.Contains(column.Name)))
            {
                needed.Insert(0, stages[i]);
                read.UnionWith(mappers[i].GetDependencies(added).Select(column => column.Name));
            }
        }

        return needed.Count == stages.Length ? model : new TransformerChain<ITransformer>([.. needed]);
    }

    // What a stage passes on keeps its place; what it adds, also under a name that is there, stands behind.
    private static bool IsNew(DataViewSchema.Column column, DataViewSchema before) =>
        before.GetColumnOrNull(column.Name) is not { } same || same.Index != column.Index;
}
