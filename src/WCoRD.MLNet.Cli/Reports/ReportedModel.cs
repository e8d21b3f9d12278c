using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Cli.Reports;

/// <summary>A model with what it makes of the rows.</summary>
/// <param name="Role">What it is in the report.</param>
/// <param name="Network">Its network.</param>
/// <param name="Scored">The rows as the whole model leaves them, with the network's features.</param>
/// <param name="Evaluation">How right it is; null where it learned no classes.</param>
/// <param name="FileSize">The size of its file in bytes.</param>
internal sealed record ReportedModel(
    string Role, NetworkTransformer Network, IDataView Scored, Evaluation? Evaluation, long FileSize) : IDisposable
{
    public const string Features = "Features";

    public static ReportedModel Load(MLContext mlContext, string role, string path, IDataView data) =>
        Of(mlContext, role, ModelFiles.LoadModel(mlContext, path), path, data);

    public static ReportedModel Of(MLContext mlContext, string role, ITransformer model, string path, IDataView data)
    {
        NetworkTransformer network = ModelFiles.NetworkIn(model, path);
        IDataView scored = model.Transform(data);
        return Of(mlContext, role, network, scored, path);
    }

    public static ReportedModel LoadTeacher(MLContext mlContext, string path, string? network, string? normalization, IDataView data)
    {
        // A model knows what it reads, which may be another size or another view than the student's.
        if (ModelFiles.IsModel(path))
        {
            return Load(mlContext, "teacher", path, data);
        }

        using NetworkTeacher teacher = ModelFiles.LoadNetworkTeacher(mlContext, path, network, normalization);
        NetworkTransformer model = teacher.ToTransformer(mlContext, data.Schema, featuresColumnName: Features);
        return Of(mlContext, "teacher", model, model.Transform(data), path);
    }

    public void Dispose() => Network.Dispose();

    private static ReportedModel Of(MLContext mlContext, string role, NetworkTransformer network, IDataView scored, string path)
    {
        Evaluation? evaluation = scored.Schema.GetColumnOrNull("Score") is null ? null : Evaluation.Of(mlContext, scored);
        if (scored.Schema.GetColumnOrNull(Features) is null)
        {
            using NetworkTeacher again = Teacher.FromModel(network);
            scored = again.ToTransformer(mlContext, scored.Schema, network.InputColumnName, featuresColumnName: Features).Transform(scored);
        }

        return new ReportedModel(role, network, scored, evaluation, new FileInfo(path).Length);
    }
}
