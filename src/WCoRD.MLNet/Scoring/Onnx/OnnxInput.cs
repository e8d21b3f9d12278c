namespace WCoRD.MLNet;

/// <summary>What an exported network reads: <c>[batch, channels, height, width]</c>.</summary>
public enum OnnxInput
{
    /// <summary>Bytes, as an image's pixels are.</summary>
    Bytes,

    /// <summary>float32 values on the same scale, as those of the model's input column.</summary>
    Floats,
}
