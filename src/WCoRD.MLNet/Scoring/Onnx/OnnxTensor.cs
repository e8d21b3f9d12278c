namespace WCoRD.MLNet;

/// <summary>An input or output of an ONNX model, as the model states it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, for messages.</param>
/// <param name="Element">What it is a tensor of, as far as this library computes with it; null: something else.</param>
/// <param name="Shape">Its sides; -1: any. Empty where the model does not say.</param>
internal sealed record OnnxTensor(string Name, string Type, OnnxType? Element, IReadOnlyList<int> Shape)
{
    /// <summary>Whether it is a tensor of float32.</summary>
    public bool IsSingle => Element == OnnxType.Float;

    /// <summary>Whether it is a tensor of bytes.</summary>
    public bool IsByte => Element == OnnxType.UInt8;

    /// <summary>Several, for messages.</summary>
    public static string List(IReadOnlyCollection<OnnxTensor> tensors) => tensors.Count == 0 ? "nothing" : string.Join(", ", tensors);

    public override string ToString() =>
        $"'{Name}' {Type} [{string.Join(", ", Shape.Select(side => side < 0 ? "any" : Invariant($"{side}")))}]";
}
