using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

/// <summary>The Python of the documents: parsed, and run where its packages are.</summary>
[TestClass]
public sealed class PythonSnippetTests
{
    [TestMethod]
    [DataRow("python.md")]
    [DataRow("spark.md")]
    public void Snippet_OfADocument_IsPython(string document)
    {
        var (exitCode, _, errors) = Python.With("ast").Run("import ast, sys; ast.parse(sys.argv[1])", Code(document));
        Assert.AreEqual(0, exitCode, errors);
    }

    [TestMethod]
    public void Snippet_ByOnnxRuntime_PrintsWhatTheLibraryFinds()
    {
        Python python = Python.With("onnxruntime", "numpy", "PIL");
        using var folder = new SnippetFolder();
        var (exitCode, output, errors) = python.Run(Code("python.md"));
        Assert.AreEqual(0, exitCode, errors);

        var mlContext = new MLContext(seed: 1);
        using NetworkTransformer student = NetworkTransformer.FindIn(mlContext.Model.Load("student.zip", out _));
        IDataView rows = mlContext.Data.LoadFromEnumerable(((string[])["photos/test/cat/0.png", "photos/test/dog/0.png"]).Select(file => new PathRow { ImagePath = file }));
        float[][] scores = [.. student.Transform(mlContext.Transforms.LoadPixels("Pixels", "ImagePath", 32, 32).Fit(rows).Transform(rows)).GetColumn<float[]>("Score")];
        string[] lines = [.. rows.GetColumn<string>("ImagePath").Zip(scores, (file, score) => Invariant($"{file}: {student.ClassNames![Array.IndexOf(score, score.Max())]}, {100 * score.Max():F1}%"))];
        CollectionAssert.AreEqual(lines, output.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Code(string document) =>
        string.Join('\n', Snippet.In(File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "deploy", document)), "python").Select(snippet => snippet.Code));

    private sealed class PathRow
    {
        public string ImagePath { get; init; } = "";
    }
}
