using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Computes by other means the convolutions that oneDNN of libtorch 2.10 computes wrongly on a CPU, without a word.</summary>
/// <remarks>
/// <para>
/// Where a machine hides the size of its processor's caches, 1 x 1 convolutions are planned by a size of zero: of the 271 shapes of
/// convolutions in <see cref="NetworkCatalog"/>, at 32 x 32 pixels, 37 come out wrong by a tenth to a third, and some of 1,024 and 2,048
/// channels end the process by SIGFPE, forward or backward, in float32 and bfloat16, with AVX2 and AVX-512. They are computed as products of
/// matrices there.
/// </para>
/// <para>
/// In bfloat16 on a processor that has it (AVX512-BF16), strided convolutions in groups give their input a wrong gradient, by a quarter or
/// wholly. They are computed in float32: they are small.
/// </para>
/// </remarks>
internal static class ConvolutionRepairs
{
    // What the layer that is being called was given. Between the two hooks lies nothing but the layer itself.
    [ThreadStatic]
    private static Tensor? _input;

    /// <summary>Whether this machine's 1 x 1 convolutions cannot be believed: Linux lists no caches. Of other systems, nothing was heard.</summary>
    public static bool ArePointwiseWrong { get; } = OperatingSystem.IsLinux() && !Directory.Exists("/sys/devices/system/cpu/cpu0/cache");

    /// <summary>Lets a module's convolutions be computed rightly.</summary>
    /// <remarks>By hooks: the layers stay what they are for whoever reads their weights, counts them, or writes them down.</remarks>
    /// <param name="module">A network or objective that was just made.</param>
    /// <param name="arePointwiseWrong">Whether 1 x 1 convolutions need it.</param>
    public static void Attach(nn.Module module, bool arePointwiseWrong)
    {
        foreach (Conv2d layer in module.modules().OfType<Conv2d>().Distinct().Where(layer => layer.padding_mode == PaddingModes.Zeros))
        {
            if (arePointwiseWrong && IsPointwise(layer.weight))
            {
                Attach(layer, _ => true, AsProduct);
            }
            else if (layer.groups > 1 && layer.stride.Any(step => step > 1))
            {
                // A teacher asks for no gradient.
                Attach(layer, input => input.dtype == ScalarType.BFloat16 && input.requires_grad, InSingle);
            }
        }
    }

    /// <summary>Whether weights are those of a 1 x 1 convolution.</summary>
    public static bool IsPointwise(Tensor weight) => weight.dim() == 4 && weight.shape[2] == 1 && weight.shape[3] == 1;

    /// <summary>Computes a 1 x 1 convolution as a product of matrices.</summary>
    /// <param name="input"><c>[batch, input, height, width]</c>.</param>
    /// <param name="weight"><c>[output, input / groups, 1, 1]</c>.</param>
    /// <param name="bias"><c>[output]</c>, or null.</param>
    /// <param name="stride">Rows and columns from one pixel to the next.</param>
    /// <param name="padding">Rows and columns of zeros on each side.</param>
    /// <param name="groups">How many parts the channels are divided into.</param>
    /// <returns>A map that lies in memory as the input does.</returns>
    public static Tensor Product(Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long groups)
    {
        using var scope = NewDisposeScope();
        Tensor map = padding.Any(side => side > 0) ? nn.functional.pad(input, [padding[1], padding[1], padding[0], padding[0]]) : input;
        if (stride.Any(step => step > 1))
        {
            map = map[.., .., TensorIndex.Slice(step: stride[0]), TensorIndex.Slice(step: stride[1])];
        }

        // One product for all pixels, or one for each image, as the channels lie in memory: neither copies the map.
        Tensor output = input.stride(1) == 1
            ? OfPixels(map.permute(0, 2, 3, 1), weight, bias, groups).permute(0, 3, 1, 2)
            : OfImages(map, weight, bias, groups);
        return output.MoveToOuterDisposeScope();
    }

    private static Tensor OfPixels(Tensor pixels, Tensor weight, Tensor? bias, long groups)
    {
        if (groups == 1)
        {
            return nn.functional.linear(pixels, weight.flatten(1), bias);
        }

        // [groups, pixels, input / groups] by [groups, input / groups, output / groups].
        Tensor parts = pixels.reshape(-1, groups, pixels.shape[3] / groups).transpose(0, 1);
        Tensor output = parts.bmm(weight.flatten(1).unflatten(0, [groups, -1]).transpose(1, 2))
            .transpose(0, 1).reshape([.. pixels.shape[..3], -1]);
        return bias is null ? output : output + bias;
    }

    // [groups, output / groups, input / groups] by [batch, groups, input / groups, pixels].
    private static Tensor OfImages(Tensor map, Tensor weight, Tensor? bias, long groups)
    {
        Tensor output = weight.flatten(1).unflatten(0, [groups, -1])
            .matmul(map.reshape(map.shape[0], groups, map.shape[1] / groups, -1))
            .reshape(map.shape[0], -1, map.shape[2], map.shape[3]);
        return bias is null ? output : output + bias.view(1, -1, 1, 1);
    }

    private static void Attach(Conv2d layer, Func<Tensor, bool> needs, Func<Conv2d, Tensor, Tensor> compute)
    {
        // An empty batch, which oneDNN is not asked for.
        layer.register_forward_pre_hook((_, input) =>
        {
            _input = input.device_type == DeviceType.CPU && needs(input) ? input : null;
            return _input is null ? input : input.narrow(0, 0, 0);
        });
        layer.register_forward_hook((_, given, found) =>
        {
            if (_input is not { } input)
            {
                return found;
            }

            _input = null;
            given.Dispose();
            found.Dispose();
            return compute(layer, input);
        });
    }

    private static Tensor AsProduct(Conv2d layer, Tensor input) =>
        Product(input, layer.weight, layer.bias, layer.stride, layer.padding ?? [0, 0], layer.groups);

    private static Tensor InSingle(Conv2d layer, Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor Single(Tensor values) => values.to(ScalarType.Float32);
        return nn.functional.conv2d(
            Single(input),
            Single(layer.weight),
            layer.bias is { } bias ? Single(bias) : null,
            layer.stride,
            layer.padding ?? [0, 0],
            layer.dilation,
            layer.groups).to(input.dtype).MoveToOuterDisposeScope();
    }
}
