using Microsoft.ML;

namespace WCoRD.MLNet;

/// <content>From ML.NET models.</content>
public abstract partial class Teacher
{
    /// <summary>Makes a trained model a teacher. The model stays as it is and may be disposed.</summary>
    /// <remarks>Of a chain only the network teaches: its other stages are not run, so that the rows bring the column of pixels that the network reads.</remarks>
    /// <param name="model">A network that this library trained, or a chain with one such network, as it was fitted or loaded.</param>
    /// <returns>A teacher that reads images of the model's size.</returns>
    /// <exception cref="ArgumentException">The model holds no network, or several; the message lists what it holds.</exception>
    public static NetworkTeacher FromModel(ITransformer model)
    {
        NetworkTransformer network = NetworkTransformer.FindIn(model);
        return NetworkTeacher.FromNetwork(network.CreateNetwork(), network.Normalization, network.Description.Height, network.Description.Width, network.ClassNames);
    }
}
