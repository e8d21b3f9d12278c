using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>Networks whose norms have statistics of their own, and what ONNX Runtime makes of their files.</summary>
internal static class OnnxFixture
{
    public static NetworkTransformer Model(MLContext mlContext, string network, int height, int width, int classes = 5, string? features = null) =>
        new(mlContext, Description(network, height, width, classes, features), Weights(network, classes, channels: 3), history: null);

    public static ModelDescription Description(string network, int height, int width, int classes = 5, string? features = null) =>
        ScoringFixture.Description with
        {
            Network = network,
            Height = height,
            Width = width,
            Classes = classes,
            ClassValues = ClassValues.OfText(Enumerable.Range(0, classes).Select(i => Invariant($"class {i}"))),
            FeaturesColumnName = features,
        };

    /// <summary>Weights as they may be after a training: no norm is the identity.</summary>
    public static byte[] Weights(string network, int classes, int channels)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var draws = new Generator(3);
        using FeatureNetwork made = NetworkCatalog.Create(network, classes, channels, draws);
        foreach ((string name, TorchSharp.torch.Tensor value) in made.state_dict())
        {
            if (name.EndsWith("running_mean", StringComparison.Ordinal))
            {
                value.normal_(0, 0.1, draws);
            }
            else if (name.EndsWith("running_var", StringComparison.Ordinal))
            {
                value.uniform_(0.5, 1.5, draws);
            }
        }

        return NetworkWeights.Save(made);
    }

    public static byte[] Pixels(int rows, int height, int width)
    {
        byte[] pixels = new byte[rows * 3 * height * width];
        new Random(5).NextBytes(pixels);
        return pixels;
    }

    /// <summary>What a file gives for pixels.</summary>
    public static Dictionary<string, float[]> Run(string path, Array pixels, int rows, int height, int width)
    {
        using var session = new InferenceSession(path);
        int[] shape = [rows, 3, height, width];
        NamedOnnxValue input = pixels is byte[] bytes
            ? NamedOnnxValue.CreateFromTensor("Pixels", new DenseTensor<byte>(bytes, shape))
            : NamedOnnxValue.CreateFromTensor("Pixels", new DenseTensor<float>((float[])pixels, shape));
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = session.Run([input]);
        return outputs.ToDictionary(
            output => output.Name,
            output => output.ElementType == TensorElementType.Int64
                ? [.. output.AsTensor<long>().Select(value => (float)value)]
                : output.AsTensor<float>().ToArray());
    }

    /// <summary>What libtorch gives for the same.</summary>
    public static (float[] Scores, float[] Features) Expected(NetworkTransformer model, byte[] pixels, int rows)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using FeatureNetwork network = model.CreateNetwork();
        IReadOnlyList<int> shape = model.InputShape;
        var input = tensor(pixels, [rows, shape[0], shape[1], shape[2]]).to(ScalarType.Float32);
        NetworkOutput output = network.Compute(model.Normalization.Apply(input));
        return (output.Logits.softmax(1).data<float>().ToArray(), output.Features.contiguous().data<float>().ToArray());
    }
}
