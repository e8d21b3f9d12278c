namespace WCoRD.MLNet;

/// <summary>What computes a model's network when it scores.</summary>
public enum ScoringEngine
{
    /// <summary>libtorch, as it was trained; needs one of TorchSharp's packages.</summary>
    LibTorch,

    /// <summary>ONNX Runtime, in float32; needs the package Microsoft.ML.OnnxRuntime and no libtorch.</summary>
    OnnxFloat32,

    /// <summary>ONNX Runtime, in whole numbers of eight bits.</summary>
    OnnxInt8,
}
