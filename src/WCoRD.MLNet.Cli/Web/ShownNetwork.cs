using Microsoft.ML;
using Microsoft.ML.Data;
using WCoRD.MLNet.Cli.Models;
using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

namespace WCoRD.MLNet.Cli.Web;

/// <summary>A classifier of pictures, as a page can show it.</summary>
/// <param name="Network">The network.</param>
/// <param name="Resizing">How a picture of another size is brought to its own.</param>
internal sealed record ShownNetwork(NetworkTransformer Network, ResizingKind Resizing)
{
    private const int Colours = 3;

    public int Height => Network.InputShape[1];

    public int Width => Network.InputShape[2];

    /// <summary>Its classes' names; their numbers where they have none.</summary>
    public IEnumerable<string> Classes => Network.ClassNames ?? Enumerable.Range(0, Network.Classes).Select(index => Invariant($"{index}"));

    /// <summary>Finds out whether the network alone tells what the model does: a page decodes and resizes pictures, and does nothing else.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">The columns that it was saved with; null: with none.</param>
    /// <param name="network">The one network in it.</param>
    /// <param name="path">Its file, for messages.</param>
    /// <exception cref="CommandException">It is no classifier of pictures, or another stage stands between them and the network.</exception>
    public static ShownNetwork Of(ITransformer model, DataViewSchema? rows, NetworkTransformer network, string path)
    {
        if (network.Card.Classes is null)
        {
            throw new CommandException($"'{path}' learned features without classes: a page has no classes of it to show. "
                + "Train with labels, or write --out.");
        }

        if (network.InputShape[0] != Colours)
        {
            throw new CommandException(Invariant($"'{path}' reads {network.InputShape[0]} channel(s) of '{network.InputColumnName}': ")
                + "a page can show networks of the three colours of pictures. Write --out.");
        }

        if (rows is null)
        {
            throw new CommandException($"'{path}' was saved without the columns of its rows: nothing tells what '{network.InputColumnName}' is. "
                + "Save it with the schema of its training rows, or write --out.");
        }

        ITransformer? maker = MakerOfInput(model, rows, network);
        DataViewType? type = rows.GetColumnOrNull(network.InputColumnName)?.Type;
        return maker switch
        {
            // Whoever made bytes of pictures did it in a way of their own: wcord score crops them too.
            null when (type as VectorDataViewType)?.ItemType == NumberDataViewType.Byte => new ShownNetwork(network, ResizingKind.IsoCrop),
            null => throw new CommandException(
                $"'{path}' reads column '{network.InputColumnName}' of {type?.ToString() ?? "unknown type"}, whose scale a page "
                    + "cannot know: expected bytes, as pictures have. Train on bytes, or write --out."),
            PixelLoadingTransformer loading => new ShownNetwork(network, loading.Resizing),
            _ => throw new CommandException(
                $"'{path}' reads column '{network.InputColumnName}', which the stage {maker.GetType().Name} makes: "
                    + "a page can show networks of pictures as LoadPixels decodes them. Write --out."),
        };
    }

    /// <summary>The last stage that gave the network's input; null: the rows have it.</summary>
    private static ITransformer? MakerOfInput(ITransformer model, DataViewSchema rows, NetworkTransformer network)
    {
        ITransformer? maker = null;
        DataViewSchema schema = rows;
        foreach (ITransformer stage in ModelFiles.Stages(model).TakeWhile(stage => stage != network))
        {
            DataViewSchema given = stage.GetOutputSchema(schema);
            // A column that hides another of its name stands behind it.
            bool isMade = given.GetColumnOrNull(network.InputColumnName)?.Index != schema.GetColumnOrNull(network.InputColumnName)?.Index;
            maker = isMade ? stage : maker;
            schema = given;
        }

        return maker;
    }
}
