namespace WCoRD.MLNet;

/// <summary>An input or output of an ONNX model, as the model states it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, for messages.</param>
/// <param name="IsSingle">Whether it is a tensor of float32.</param>
/// <param name="Shape">Its sides; -1: any. Empty where the model does not say.</param>
internal sealed record OnnxTensor(string Name, string Type, bool IsSingle, IReadOnlyList<int> Shape)
{
    /// <summary>Several, for messages.</summary>
    public static string List(IReadOnlyCollection<OnnxTensor> tensors) => tensors.Count == 0 ? "nothing" : string.Join(", ", tensors);

    public override string ToString() =>
        $"'{Name}' {Type} [{string.Join(", ", Shape.Select(side => side < 0 ? "any" : Invariant($"{side}")))}]";
}
