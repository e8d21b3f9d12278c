namespace WCoRD.MLNet;

/// <content>From ML.NET models.</content>
public abstract partial class Teacher
{
    /// <summary>Makes a trained model a teacher. The model stays as it is and may be disposed.</summary>
    /// <param name="model">A model that <c>NetworkTrainingEstimator</c> or <c>WcordDistillationEstimator</c> trained.</param>
    /// <returns>A teacher that reads images of the model's size.</returns>
    public static NetworkTeacher FromModel(NetworkTransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return NetworkTeacher.FromNetwork(model.CreateNetwork(), model.Normalization, model.Description.Height, model.Description.Width, model.ClassNames);
    }
}
