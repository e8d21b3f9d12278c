namespace WCoRD.MLNet.Tests;

/// <summary>
/// A small network as an ONNX model: <c>map</c>, a convolution 3 x 3 with a rectifier; <c>features</c>, its mean; <c>logits</c>, a linear
/// layer; <c>probabilities</c>, their softmax. Which of these are outputs is the caller's.
/// </summary>
internal static class OnnxNet
{
    public const int Channels = 3;
    public const int Features = 5;

    public static float[] Kernel { get; } = Numbers(Features * Channels * 9, 0.4f);

    public static float[] Bias { get; } = Numbers(Features, 0.2f);

    /// <summary>The classifier's weights, <c>[classes, features]</c>.</summary>
    public static float[] Classifier(int classes) => Numbers(classes * Features, 2);

    /// <param name="outputs">The names of the outputs.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="batch">The number of images; null: any.</param>
    /// <param name="side">The images' height and width; null: any.</param>
    /// <param name="isChannelsLast">Whether images lie so; an output <c>map</c> then does too.</param>
    public static byte[] Make(string[] outputs, int classes = 4, int? batch = null, int? side = null, bool isChannelsLast = false)
    {
        object images = batch ?? (object)"batch", height = side ?? (object)"height", width = side ?? (object)"width";
        var net = new OnnxWriter().Input("images", isChannelsLast ? [images, height, width, Channels] : [images, Channels, height, width])
            .Weights("kernel", Kernel, [Features, Channels, 3, 3])
            .Weights("bias", Bias, [Features])
            .Weights("classifier", Classifier(classes), [classes, Features]);
        if (isChannelsLast)
        {
            net.Node("Transpose", ["images"], "first", ("perm", new long[] { 0, 3, 1, 2 }));
        }

        bool isMapLast = isChannelsLast && outputs.Contains("map");
        string map = isMapLast ? "inner" : "map";
        net.Node("Conv", [isChannelsLast ? "first" : "images", "kernel", "bias"], "sums", ("pads", new long[] { 1, 1, 1, 1 }))
            .Node("Relu", ["sums"], map)
            .Node("GlobalAveragePool", [map], "pooled")
            .Node("Flatten", ["pooled"], "features", ("axis", 1L))
            .Node("Gemm", ["features", "classifier"], "logits", ("transB", 1L))
            .Node("Softmax", ["logits"], "probabilities", ("axis", 1L));
        if (isMapLast)
        {
            net.Node("Transpose", [map], "map", ("perm", new long[] { 0, 2, 3, 1 }));
        }

        foreach (string output in outputs)
        {
            net.Output(output, output switch
            {
                "map" => isMapLast ? [images, height, width, Features] : [images, Features, height, width],
                "features" => [images, Features],
                _ => [images, classes],
            });
        }

        return net.ToBytes();
    }

    // Numbers of both signs that no two places share.
    private static float[] Numbers(int count, float scale) => [.. Enumerable.Range(0, count).Select(i => scale * MathF.Sin((3 * i) + 1))];
}
