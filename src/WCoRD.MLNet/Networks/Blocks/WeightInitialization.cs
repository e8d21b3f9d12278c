using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Draws initial weights from one generator, in the order of the modules.</summary>
internal static class WeightInitialization
{
    /// <summary>
    /// Every convolution: weights normal with variance <c>2 / (kernel area * output channels)</c> (He et al., 2015, "fan out"), bias 0.
    /// Batch norm keeps torch's own 1 and 0.
    /// </summary>
    public static void Convolutions(nn.Module network, Generator? generator)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (Conv2d convolution in network.modules().OfType<Conv2d>())
        {
            Tensor weight = convolution.weight;
            double fanOut = weight.shape[0] * weight.shape[2] * weight.shape[3];
            weight.normal_(0, Math.Sqrt(2 / fanOut), generator);
            convolution.bias?.zero_();
        }
    }

    /// <summary>A linear layer: weights normal, bias 0.</summary>
    public static void Normal(Linear layer, double standardDeviation, Generator? generator)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        layer.weight.normal_(0, standardDeviation, generator);
        layer.bias?.zero_();
    }

    /// <summary>A linear layer as EfficientNet draws it: weights uniform within <c>1 / sqrt(outputs)</c>, bias 0.</summary>
    public static void UniformByOutputs(Linear layer, Generator? generator)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        double bound = 1 / Math.Sqrt(layer.weight.shape[0]);
        layer.weight.uniform_(-bound, bound, generator);
        layer.bias?.zero_();
    }

    /// <summary>A linear layer as PyTorch draws it: weights and bias uniform within <c>1 / sqrt(inputs)</c>.</summary>
    public static void TorchDefault(Linear layer, Generator? generator, bool zeroBias = false)
    {
        TorchDefault(layer.weight, layer.bias, generator);
        if (zeroBias)
        {
            using var frozen = no_grad();
            layer.bias?.zero_();
        }
    }

    /// <summary>
    /// Every convolution and linear layer as PyTorch draws it: weights and bias uniform within <c>1 / sqrt(inputs of one output)</c>.
    /// </summary>
    public static void TorchDefault(nn.Module network, Generator? generator)
    {
        foreach (nn.Module module in network.modules())
        {
            if (module is Conv2d convolution)
            {
                TorchDefault(convolution.weight, convolution.bias, generator);
            }
            else if (module is ConvTranspose2d transposed)
            {
                TorchDefault(transposed.weight, transposed.bias, generator);
            }
            else if (module is Linear linear)
            {
                TorchDefault(linear, generator);
            }
        }
    }

    private static void TorchDefault(Tensor weight, Tensor? bias, Generator? generator)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        double bound = 1 / Math.Sqrt((double)weight.numel() / weight.shape[0]);
        weight.uniform_(-bound, bound, generator);
        bias?.uniform_(-bound, bound, generator);
    }
}
