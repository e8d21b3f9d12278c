using Microsoft.ML;
using SkiaSharp;

namespace WCoRD.MLNet.Tests;

/// <summary>A folder with the files that documents name, as small as they may be; it is the current one until it is disposed.</summary>
internal sealed class SnippetFolder : IDisposable
{
    // Fewer than a batch: an epoch is one step, so that the documents' own numbers of epochs pass in seconds.
    private const int Images = 6;
    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Environment.CurrentDirectory;

    public SnippetFolder()
    {
        SampleImages.Write(_folder.File("cifar-100-binary"), Images, Images);
        foreach ((string network, string file) in (ReadOnlySpan<(string, string)>)[("resnet56", "cifar100_resnet56.safetensors"), ("resnet8", "resnet8.safetensors")])
        {
            using FeatureNetwork fresh = NetworkCatalog.Create(network, 100);
            File.WriteAllBytes(_folder.File(file), NetworkWeights.Save(fresh));
        }

        TorchScriptFile.Write(_folder.File("net.pt"), "Tensor", "y", [.. Enumerable.Range(0, 12).Select(i => i / 12f)]);
        File.WriteAllBytes(_folder.File("net.onnx"), OnnxNet.Make(["features", "logits"], classes: 100));
        WriteDigits();
        WritePhotos();
        WriteStudent();
        WriteCaptions();
        Environment.CurrentDirectory = _folder.Path;
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        _folder.Dispose();
    }

    // A picture each, in the formats of FSDD's pictures and of MNIST.
    private void WriteDigits()
    {
        File.WriteAllBytes(_folder.File("digits.bin"), new byte[4 + (32 * 32)]);
        File.WriteAllBytes(_folder.File("train-images-idx3-ubyte"), [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28, .. new byte[28 * 28]]);
        File.WriteAllBytes(_folder.File("train-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 1, 7]);
    }

    private void WritePhotos()
    {
        Directory.CreateDirectory(_folder.File("photos"));
        using var picture = new SKBitmap(40, 30);
        using SKData png = picture.Encode(SKEncodedImageFormat.Png, quality: 100);
        List<string> lines = [];
        for (int i = 0; i < Images; i++)
        {
            File.WriteAllBytes(_folder.File($"photos/{i}.png"), png.ToArray());
            lines.Add($"{i}.png\t{(i % 2 == 0 ? "cat" : "dog")}");
        }

        File.WriteAllLines(_folder.File("photos.tsv"), lines);
        foreach (string part in (string[])["train", "test"])
        {
            foreach ((string name, SKColor colour) in ((string, SKColor)[])[("cat", SKColors.Orange), ("dog", SKColors.Brown)])
            {
                Directory.CreateDirectory(_folder.File($"photos/{part}/{name}"));
                picture.Erase(colour);
                using SKData one = picture.Encode(SKEncodedImageFormat.Png, quality: 100);
                File.WriteAllBytes(_folder.File($"photos/{part}/{name}/0.png"), one.ToArray());
            }
        }

        File.WriteAllLines(_folder.File("digits.csv"), Enumerable.Range(0, Images).Select(i => $"{i % 2},{string.Join(',', Enumerable.Repeat(i, 784))}"));
    }

    private void WriteStudent()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView train = mlContext.Data.LoadFromCifar100(_folder.File("cifar-100-binary"));
        using NetworkTransformer student = new NetworkTrainingEstimator(mlContext, new NetworkTrainingOptions { Network = "resnet8", Epochs = 1 }).Fit(train);
        mlContext.Model.Save(student, train.Schema, _folder.File("student.zip"));
        student.SaveOnnx(_folder.File("student.onnx"));

        IDataView photos = mlContext.Data.LoadFromImageFolder(_folder.File("photos/train"), new ImageFolderOptions { Height = 32, Width = 32 });
        ITransformer ofPhotos = mlContext.Transforms.LoadPixels("Pixels", "ImagePath", 32, 32)
            .Append(new NetworkTrainingEstimator(mlContext, new NetworkTrainingOptions { Network = "resnet8", Epochs = 1 }))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"))
            .Fit(photos);
        mlContext.Model.Save(ofPhotos, photos.Schema, _folder.File("photo-student.zip"));
    }

    private void WriteCaptions()
    {
        string[] said = ["an orange cat", "a brown dog"], named = ["cat", "dog"];
        // Enough for a reader that tells the two apart.
        File.WriteAllLines(_folder.File("captions.tsv"), Enumerable.Range(0, 200).Select(i => $"{said[i % 2]}\t{named[i % 2]}"));
        File.WriteAllLines(_folder.File("pictures.tsv"), Enumerable.Range(0, Images).Select(i => $"photos/{i}.png\t{said[i % 2]}"));
    }
}
