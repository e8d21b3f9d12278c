namespace WCoRD.MLNet;

/// <summary>The recipes of torchvision's networks of inverted residual blocks.</summary>
internal static class InvertedRecipes
{
    private static readonly Activation Relu = Activation.Relu;

    /// <summary>MobileNetV2 (Sandler et al., 2018, table 2).</summary>
    public static InvertedRecipe MobileNetV2 { get; } = new()
    {
        Stem = 32,
        Stages =
        [
            Widened(1, 3, 32, 16, 1, 1),
            Widened(6, 3, 16, 24, 2, 2),
            Widened(6, 3, 24, 32, 2, 3),
            Widened(6, 3, 32, 64, 2, 4),
            Widened(6, 3, 64, 96, 1, 3),
            Widened(6, 3, 96, 160, 2, 3),
            Widened(6, 3, 160, 320, 1, 1),
        ],
        Head = 1280,
        BlockName = "conv",
        BareProjection = true,
        Activation = Activation.Relu6,
        Initialize = (layer, generator) => WeightInitialization.Normal(layer, 0.01, generator),
    };

    /// <summary>MobileNetV3-Small (Howard et al., 2019, table 2).</summary>
    public static InvertedRecipe MobileNetV3Small { get; } = MobileNetV3(
        [
            new(3, 16, 16, 2, Squeezed: 8, Relu),
            new(3, 72, 24, 2, Squeezed: 0, Relu),
            new(3, 88, 24, 1, Squeezed: 0, Relu),
            new(5, 96, 40, 2, Squeezed: 24),
            new(5, 240, 40, 1, Squeezed: 64),
            new(5, 240, 40, 1, Squeezed: 64),
            new(5, 120, 48, 1, Squeezed: 32),
            new(5, 144, 48, 1, Squeezed: 40),
            new(5, 288, 96, 2, Squeezed: 72),
            new(5, 576, 96, 1, Squeezed: 144),
            new(5, 576, 96, 1, Squeezed: 144),
        ],
        head: 576,
        hidden: 1024);

    /// <summary>MobileNetV3-Large (Howard et al., 2019, table 1).</summary>
    public static InvertedRecipe MobileNetV3Large { get; } = MobileNetV3(
        [
            new(3, 16, 16, 1, Squeezed: 0, Relu),
            new(3, 64, 24, 2, Squeezed: 0, Relu),
            new(3, 72, 24, 1, Squeezed: 0, Relu),
            new(5, 72, 40, 2, Squeezed: 24, Relu),
            new(5, 120, 40, 1, Squeezed: 32, Relu),
            new(5, 120, 40, 1, Squeezed: 32, Relu),
            new(3, 240, 80, 2),
            new(3, 200, 80, 1),
            new(3, 184, 80, 1),
            new(3, 184, 80, 1),
            new(3, 480, 112, 1, Squeezed: 120),
            new(3, 672, 112, 1, Squeezed: 168),
            new(5, 672, 160, 2, Squeezed: 168),
            new(5, 960, 160, 1, Squeezed: 240),
            new(5, 960, 160, 1, Squeezed: 240),
        ],
        head: 960,
        hidden: 1280);

    /// <summary>EfficientNet-B0 (Tan and Le, 2019, table 1).</summary>
    public static InvertedRecipe EfficientNetB0 { get; } = new()
    {
        Stem = 32,
        Stages =
        [
            Widened(1, 3, 32, 16, 1, 1, squeeze: 4),
            Widened(6, 3, 16, 24, 2, 2, squeeze: 4),
            Widened(6, 5, 24, 40, 2, 2, squeeze: 4),
            Widened(6, 3, 40, 80, 2, 3, squeeze: 4),
            Widened(6, 5, 80, 112, 1, 3, squeeze: 4),
            Widened(6, 5, 112, 192, 2, 4, squeeze: 4),
            Widened(6, 3, 192, 320, 1, 1, squeeze: 4),
        ],
        NamesStages = true,
        Head = 1280,
        Activation = Activation.Silu,
        SqueezeActivation = Activation.Silu,
        LastDropRate = 0.2,
        Initialize = (layer, generator) => WeightInitialization.UniformByOutputs(layer, generator),
    };

    private static InvertedRecipe MobileNetV3(IReadOnlyList<InvertedShape> blocks, int head, int hidden) => new()
    {
        Stem = 16,
        Stages = [blocks],
        Head = head,
        Hidden = hidden,
        Activation = Activation.Hardswish,
        Gate = Activation.Hardsigmoid,
        Norm = (0.001, 0.01),
        Initialize = (layer, generator) => WeightInitialization.Normal(layer, 0.01, generator),
    };

    /// <summary>A stage: each block is as many times wider within than what it takes; the first one has the stride.</summary>
    private static InvertedShape[] Widened(int times, int kernel, int input, int output, int stride, int blocks, int? squeeze = null) =>
    [
        .. Enumerable.Range(0, blocks).Select(block =>
        {
            int taken = block == 0 ? input : output;
            return new InvertedShape(kernel, times * taken, output, block == 0 ? stride : 1, squeeze is { } share ? taken / share : 0);
        }),
    ];
}
