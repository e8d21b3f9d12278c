using Microsoft.ML;
using Microsoft.ML.Data;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Models;

/// <summary>What a model says of one photograph.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Class">The most probable class.</param>
/// <param name="Probability">Its probability.</param>
internal sealed record PhotoPrediction(string Path, string Class, float Probability)
{
    // Enough for the network's batches, and few enough that one damaged file costs little.
    private const int Together = 256;

    /// <summary>Scores files; those that cannot be decoded are told of, and left out.</summary>
    /// <param name="mlContext">The environment.</param>
    /// <param name="model">The model.</param>
    /// <param name="paths">The files.</param>
    /// <param name="fault">Told of a file that cannot be scored.</param>
    public static IEnumerable<PhotoPrediction> Score(
        MLContext mlContext, ITransformer model, IReadOnlyList<string> paths, Action<string> fault) =>
        paths.Chunk(Together).SelectMany(chunk => ScoreChunk(mlContext, model, chunk, fault));

    /// <summary>Writes predictions to a file.</summary>
    /// <returns>How many.</returns>
    public static int WriteCsv(string path, IEnumerable<PhotoPrediction> predictions) => Csv.Write(
        path,
        "path,class,probability",
        predictions.Select(photo => Invariant($"{Csv.Quote(photo.Path)},{Csv.Quote(photo.Class)},{photo.Probability:R}")));

    public override string ToString() => Invariant($"{100 * Probability,6:F2} %  {Class,-24} {Path}");

    private static PhotoPrediction[] ScoreChunk(MLContext mlContext, ITransformer model, string[] paths, Action<string> fault)
    {
        try
        {
            return ScoreAll(mlContext, model, paths);
        }
        catch (Exception unreadable) when (unreadable is IOException or InvalidDataException)
        {
            if (paths.Length == 1)
            {
                fault(unreadable.Message);
                return [];
            }

            return [.. paths.SelectMany(path => ScoreChunk(mlContext, model, [path], fault))];
        }
    }

    private static PhotoPrediction[] ScoreAll(MLContext mlContext, ITransformer model, string[] paths)
    {
        IDataView scored = ModelFiles.Score(model, mlContext.Data.LoadFromEnumerable(paths.Select(path => new Photo { ImagePath = path })));
        string[] classes = SlotText.Of(scored.Schema["Score"]);
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        return
        [
            .. paths.Zip(scores, (path, score) =>
            {
                float highest = score.Max();
                return new PhotoPrediction(path, classes[Array.IndexOf(score, highest)], highest);
            }),
        ];
    }

    private sealed class Photo
    {
        public string ImagePath { get; init; } = "";
    }
}
