namespace WCoRD.MLNet;

/// <summary>What a file holds, whatever it is called.</summary>
internal enum FileContent
{
    Unknown,
    Empty,
    PyTorch,
    PyTorchLegacy,
    TorchScript,
    Safetensors,
    Model,
    Onnx,
    Pickle,
    NumPy,
    Hdf5,
    Keras,
    WebPage,
    LfsPointer,
    Json,
    Tar,
    Gzip,
    Zip,
}
