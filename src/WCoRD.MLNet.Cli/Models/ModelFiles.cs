using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Models;

/// <summary>Models and teachers, to and from files.</summary>
internal static class ModelFiles
{
    private const string Weights = ".safetensors";
    private const string Model = ".zip";
    private const string Onnx = ".onnx";

    public static void Save(MLContext mlContext, ITransformer model, DataViewSchema schema, string path) =>
        WholeFile.Write(path, stream => mlContext.Model.Save(model, schema, stream));

    /// <summary>Whether a file's name says that it is a model of ML.NET.</summary>
    public static bool IsModel(string path) => path.EndsWith(Model, StringComparison.OrdinalIgnoreCase);

    /// <summary>The size that a model decodes photographs to; null: it is none, or reads pixels.</summary>
    public static int? DecodedSizeOf(MLContext mlContext, string path) => IsModel(path) && File.Exists(path)
        ? Stages(LoadModel(mlContext, path)).OfType<PixelLoadingTransformer>().FirstOrDefault()?.Height
        : null;

    public static ITransformer LoadModel(MLContext mlContext, string path) => LoadModel(mlContext, path, out _);

    /// <summary>The stages of a saved model that its scores come from.</summary>
    public static ITransformer LoadModel(MLContext mlContext, string path, out DataViewSchema schema)
    {
        if (!File.Exists(path))
        {
            throw new CommandException($"the model '{path}' does not exist. 'wcord teach' and 'wcord distill' write models.");
        }

        return ScoringStages.Of(mlContext.Model.Load(path, out schema), schema);
    }

    /// <summary>The rows with the model's scores.</summary>
    /// <exception cref="CommandException">The model learned no classes.</exception>
    public static IDataView Score(ITransformer model, IDataView data)
    {
        IDataView scored = model.Transform(data);
        return scored.Schema.GetColumnOrNull("Score") is not null ? scored
            : throw new CommandException(
                "the model adds no column 'Score': it learned features without labels. "
                    + "Train it with --probe, or use its column 'Features' in a pipeline.");
    }

    /// <summary>Loads a teacher of whatever kind: an ONNX model teaches too, but is no network of this library.</summary>
    public static Teacher LoadTeacher(
        MLContext mlContext, string path, string? network, string? normalization, string? scores = null, string? features = null)
    {
        if (!IsOnnx(path))
        {
            return scores is null && features is null
                ? LoadNetworkTeacher(mlContext, path, network, normalization)
                : throw new CommandException($"--teacher is '{path}': --teacher-scores and --teacher-features name tensors of an ONNX model. "
                    + "Leave them out, or name a .onnx file.");
        }

        CheckExists(path);
        return network is null
            ? Teacher.FromOnnx(path, new OnnxTeacherOptions
            {
                ScoreOutput = scores,
                FeaturesOutput = features,
                Normalization = normalization is null ? null : ParseNormalization(normalization),
            })
            : throw new CommandException($"--teacher is '{path}': an ONNX model holds its own network. Leave out --teacher-network.");
    }

    /// <exception cref="CommandException">There is no such file, or it is no network of this library.</exception>
    public static NetworkTeacher LoadNetworkTeacher(MLContext mlContext, string path, string? network, string? normalization)
    {
        CheckExists(path);
        if (IsOnnx(path))
        {
            throw new CommandException($"--teacher is '{path}': expected a network of this library; "
                + "an ONNX model can only teach, in 'wcord distill' and 'wcord compare'.");
        }

        if (path.EndsWith(Weights, StringComparison.OrdinalIgnoreCase))
        {
            return Teacher.FromSafetensors(
                network ?? NetworkOf(path), path, normalization: normalization is null ? null : ParseNormalization(normalization));
        }

        // Names say little: a .pt is a TorchScript or weights, and weights are called .pth, .pt, .th, .ckpt, .pth.tar or nothing at all.
        string[] entries = ZipEntries(path);
        if (entries.Contains("constants.pkl"))
        {
            return network is null
                ? Teacher.FromTorchScript(path, normalization: normalization is null ? null : ParseNormalization(normalization))
                : throw new CommandException(
                    $"--teacher is '{path}': a TorchScript file holds its own network. Leave out --teacher-network.");
        }

        if (!IsModel(path) && !entries.Contains("Version.txt"))
        {
            return Teacher.FromPyTorch(
                network ?? NetworkOf(path), path, normalization: normalization is null ? null : ParseNormalization(normalization));
        }

        if (network is not null || normalization is not null)
        {
            throw new CommandException(
                $"--teacher is '{path}': a saved model knows its own network and normalisation. "
                    + "Leave out --teacher-network and --teacher-normalization.");
        }

        return Teacher.FromModel(NetworkIn(LoadModel(mlContext, path), path));
    }

    /// <summary>The one network in a model, alone or in a chain.</summary>
    /// <exception cref="CommandException">It holds none or several.</exception>
    public static NetworkTransformer NetworkIn(ITransformer model, string path)
    {
        try
        {
            return NetworkTransformer.FindIn(model);
        }
        catch (ArgumentException fault)
        {
            throw new CommandException($"'{path}': {fault.Message} Name one that 'wcord teach' or 'wcord distill' saved.");
        }
    }

    /// <summary>The rows of some data as a model is to see them: of photographs, by its classes and in its size.</summary>
    public static IDataView RowsFor(
        MLContext mlContext,
        ITransformer model,
        string path,
        int? imageSize,
        Cifar100Split split,
        int? limit,
        Func<IDataView, IDataView>? take = null)
    {
        NetworkTransformer? network = Stages(model).OfType<NetworkTransformer>().FirstOrDefault();
        DataSource source = DataSource.Open(path, imageSize);
        if (source is PhotoSource && imageSize is null && network is not null)
        {
            source = DataSource.Open(path, network.InputShape[1]);
        }

        return source is PhotoSource
            ? ReadingProgress.WatchOnTerminal(source.Rows(mlContext, split, limit, network?.ClassNames, take), "scoring")
            : source.Rows(mlContext, split, limit, take: take);
    }

    /// <summary>A model's stages, also those in chains of it.</summary>
    public static IEnumerable<ITransformer> Stages(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Stages) : [model];

    /// <summary>The one catalog name that stands in a file name, as <see cref="NetworksIn"/> finds it.</summary>
    internal static string NetworkOf(string path)
    {
        string file = Path.GetFileNameWithoutExtension(path);
        string[] found = NetworksIn(file);
        return found.Length == 1
            ? found[0]
            : throw new CommandException(
                $"the file name '{file}' names {(found.Length == 0 ? "no known network" : string.Join(" and ", found))}: "
                    + $"give its network, one of {string.Join(", ", NetworkCatalog.Names)}, by --teacher-network.");
    }

    /// <summary>
    /// The catalog names that stand in a text between characters that are neither letters nor digits; not those within a longer one, and of
    /// names that differ in case alone the one written so.
    /// </summary>
    internal static string[] NetworksIn(string text)
    {
        string[] found = [.. NetworkCatalog.Names.Where(name => Contains(text, name, StringComparison.OrdinalIgnoreCase))];
        return
        [
            .. found.Where(name => !found.Any(other =>
                (other.Length > name.Length && other.Contains(name, StringComparison.OrdinalIgnoreCase))
                || (other != name && other.Equals(name, StringComparison.OrdinalIgnoreCase)
                    && Contains(text, other, StringComparison.Ordinal)))),
        ];
    }

    internal static InputNormalization ParseNormalization(string text)
    {
        string[] halves = text.Split('/');
        float[][] numbers = [.. halves.Select(half => half.Split(',').Select(Number).ToArray())];
        return numbers is [{ Length: 3 } means, { Length: 3 } deviations]
            && means.All(float.IsFinite)
            && deviations.All(value => value > 0 && float.IsFinite(value))
            ? new InputNormalization(1 / 255f, means, deviations)
            : throw new CommandException(
                $"--teacher-normalization is '{text}': expected three means and three deviations above 0, "
                    + "as 0.5071,0.4867,0.4408/0.2675,0.2565,0.2761.");
    }

    private static bool IsOnnx(string path) => path.EndsWith(Onnx, StringComparison.OrdinalIgnoreCase);

    private static void CheckExists(string path)
    {
        if (!File.Exists(path))
        {
            throw new CommandException($"--teacher is '{path}': the file does not exist.");
        }
    }

    /// <summary>The names of a zip archive's files; none of what is no zip archive.</summary>
    private static string[] ZipEntries(string path)
    {
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            return [.. archive.Entries.Select(entry => entry.Name)];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

    private static float Number(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) ? value : float.NaN;

    private static bool Contains(string text, string name, StringComparison comparison)
    {
        for (int at = text.IndexOf(name, comparison); at >= 0; at = text.IndexOf(name, at + 1, comparison))
        {
            int end = at + name.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
            {
                return true;
            }
        }

        return false;
    }
}
