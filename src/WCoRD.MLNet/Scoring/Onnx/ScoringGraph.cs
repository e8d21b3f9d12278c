namespace WCoRD.MLNet;

/// <summary>A model's network as an ONNX file that it is scored by.</summary>
/// <param name="Precision">The numbers that it computes with.</param>
/// <param name="Bytes">The file: reads floats, gives scores (where classes were learned) and features.</param>
internal sealed record ScoringGraph(OnnxPrecision Precision, byte[] Bytes)
{
    public ScoringEngine Engine => Precision == OnnxPrecision.Int8 ? ScoringEngine.OnnxInt8 : ScoringEngine.OnnxFloat32;
}
