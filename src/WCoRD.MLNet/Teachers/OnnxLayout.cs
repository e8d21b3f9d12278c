namespace WCoRD.MLNet;

/// <summary>How the images that an ONNX model reads lie in memory.</summary>
public enum OnnxLayout
{
    /// <summary><c>[batch, channels, height, width]</c>, as PyTorch exports them.</summary>
    ChannelsFirst,

    /// <summary><c>[batch, height, width, channels]</c>, as TensorFlow has them.</summary>
    ChannelsLast,
}
