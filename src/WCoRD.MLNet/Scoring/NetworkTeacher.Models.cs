using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace WCoRD.MLNet;

/// <content>To ML.NET models.</content>
public sealed partial class NetworkTeacher
{
    /// <summary>Makes the teacher a model that scores rows, for example to evaluate it.</summary>
    /// <param name="mlContext">The environment.</param>
    /// <param name="schema">A schema with the image column and the label column, whose key values name the classes.</param>
    /// <param name="inputColumnName">The image column.</param>
    /// <param name="labelColumnName">The label column, a key.</param>
    /// <param name="featuresColumnName">The column of penultimate features to add; null: none.</param>
    /// <returns>A model that owns a copy of the weights.</returns>
    /// <exception cref="ArgumentException">A column is absent, of the wrong type, or does not fit the teacher.</exception>
    /// <exception cref="InvalidOperationException">The network is not in <see cref="NetworkCatalog"/>, as TorchScript is not.</exception>
    public NetworkTransformer ToTransformer(MLContext mlContext, DataViewSchema schema, string inputColumnName = "Pixels", string labelColumnName = "Label", string? featuresColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(schema);
        CheckInCatalog("become a model, which is saved by its name: distil it into a network that is");
        ImageColumn image = ImageColumn.Find(schema, nameof(inputColumnName), inputColumnName);
        LabelColumn label = LabelColumn.Find(schema, labelColumnName);
        CheckFits(image);
        CheckFits(label);
        var description = new ModelDescription(
            NetworkName, image.Channels, image.Height, image.Width, Classes, label.ClassNames, _normalization, inputColumnName, "Score", "PredictedLabel", featuresColumnName, 128);
        return new NetworkTransformer(((IHostEnvironment)mlContext).Register(nameof(NetworkTeacher)), description, NetworkWeights.Save(_network), history: null);
    }

    /// <summary>The shapes of what the teacher makes of a column's images.</summary>
    internal OutputShapes ShapesFor(ImageColumn image) => _network.ShapesFor(image.Height, image.Width);

    /// <exception cref="ArgumentException">The teacher reads other images.</exception>
    internal void CheckFits(ImageColumn image)
    {
        if (InputChannels != image.Channels || (Height ?? image.Height) != image.Height || (Width ?? image.Width) != image.Width)
        {
            throw new ArgumentException($"The teacher ({NetworkName}) reads images of {InputChannels} x {Height?.ToString() ?? "any"} x {Width?.ToString() ?? "any"}, but column '{image.Column.Name}' holds {image.Channels} x {image.Height} x {image.Width} (channels x height x width). Give a teacher trained on such images, or name the column it reads in TeacherInputColumnName.");
        }
    }

    /// <exception cref="ArgumentException">The teacher knows other classes.</exception>
    internal void CheckFits(LabelColumn label)
    {
        if (Classes != label.Classes)
        {
            throw new ArgumentException($"The teacher ({NetworkName}) knows {Classes} classes, but column '{label.Column.Name}' has {label.Classes}. Give a teacher trained on the same classes.");
        }
    }
}
