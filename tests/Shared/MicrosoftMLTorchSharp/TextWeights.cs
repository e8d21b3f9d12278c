using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Tokenizers;
using Microsoft.ML.TorchSharp;
using Microsoft.ML.TorchSharp.NasBert.Models;

namespace WCoRD.MLNet.Tests;

/// <summary>Weights that Microsoft.ML.TorchSharp's trainers of text start from. It downloads them where no file is; ours are random.</summary>
internal static class TextWeights
{
    /// <summary>Writes those for sentences where the trainers of an environment look.</summary>
    public static void Write(MLContext mlContext) => Write(mlContext, "NasBert2000000.tsm", 64, [9, 11, 7, 0, 0, 0, 11, 11, 7, 0, 0, 0, 9, 7, 11, 0, 0, 0, 10, 7, 9, 0, 0, 0]);

    /// <summary>Writes those for names in sentences.</summary>
    public static void WriteForEntities(MLContext mlContext) =>
        Write(mlContext, "pretrained_NasBert_14M_encoder.tsm", 128, [15, 16, 14, 0, 0, 0, 15, 16, 14, 0, 0, 0, 17, 14, 15, 0, 0, 0, 17, 14, 15, 0, 0, 0]);

    /// <summary>Where the trainers look for a file.</summary>
    public static string FileFor(MLContext mlContext, string name) => Path.Combine(Directory.CreateDirectory(Path.Combine(mlContext.TempFilePath, "mlnet")).FullName, name);

    // Sizes and layers are those that the trainers build.
    private static void Write(MLContext mlContext, string file, int size, int[] layers)
    {
        Assembly assembly = typeof(TorchSharpCatalog).Assembly;
        Stream Vocabulary(string name) => assembly.GetManifestResourceStream(name)!;
        var tokenizer = EnglishRobertaTokenizer.Create(Vocabulary("encoder.json"), Vocabulary("vocab.bpe"), Vocabulary("dict.txt"), null, null);
        tokenizer.AddMaskSymbol("<mask>");
        TorchSharp.torch.random.manual_seed(1);
        using var encoder = new NasBertEncoder(
            tokenizer.PadIndex, tokenizer.SymbolsCount, 0.1, 0.1, 0, "gelu", false, false, false, 512, true, size, null, layers, true, true, 0, true, layers.Length, true, false, false, false);
        encoder.save(FileFor(mlContext, file));
    }
}
