namespace WCoRD.MLNet;

/// <summary>The element types of ONNX (<c>TensorProto.DataType</c>) that are written or read.</summary>
internal enum OnnxType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
}
