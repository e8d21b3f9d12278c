using Microsoft.ML;
using Microsoft.ML.Data;
using WCoRD.MLNet;

namespace Photographs;

/// <summary>The photographs to learn from, and those to measure on.</summary>
internal static class PhotographRows
{
    // One in so many is held back for choosing a recipe.
    private const int Held = 5;

    public static (IDataView Train, IDataView Test) Load(MLContext mlContext, string folder, bool validates)
    {
        var options = new ImageFolderOptions { Height = Student.Side, Width = Student.Side };
        IDataView train = mlContext.Data.LoadFromImageFolder(Path.Combine(folder, "train"), options);
        if (!validates)
        {
            options.ClassNames = mlContext.Data.FindImageClasses(Path.Combine(folder, "train"));
            return (train, mlContext.Data.LoadFromImageFolder(Path.Combine(folder, "test"), options));
        }

        // The rows come class by class, so that this takes as many of each.
        HashSet<string> held = [.. train.GetColumn<string>("ImagePath").Where((_, row) => row % Held == 0)];
        return (
            mlContext.Data.FilterByCustomPredicate<PathRow>(train, row => held.Contains(row.ImagePath)),
            mlContext.Data.FilterByCustomPredicate<PathRow>(train, row => !held.Contains(row.ImagePath)));
    }

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }
}
