namespace WCoRD.MLNet;

/// <summary>An operation of a <see cref="NetworkGraph"/>, in ONNX's words.</summary>
/// <param name="Operator">An operator of ONNX, as <c>Conv</c>.</param>
/// <param name="Inputs">What it reads.</param>
/// <param name="Output">What it gives.</param>
/// <param name="Attributes">Its attributes: numbers (<see cref="long"/>, <see cref="float"/>) or lists of whole numbers.</param>
internal sealed record GraphNode(
    string Operator, IReadOnlyList<GraphValue> Inputs, GraphValue Output, IReadOnlyList<(string Name, object Value)> Attributes)
{
    /// <summary>A list of whole numbers, or what stands where it is absent.</summary>
    public long[] Numbers(string name, params long[] otherwise) => Find<long[]>(name) ?? otherwise;

    /// <summary>A whole number, or what stands where it is absent.</summary>
    public long Number(string name, long otherwise = 0) => Find<object>(name) is long number ? number : otherwise;

    /// <summary>A number.</summary>
    public float Real(string name) => (float)Find<object>(name)!;

    private T? Find<T>(string name)
        where T : class => Attributes.FirstOrDefault(attribute => attribute.Name == name).Value as T;
}
