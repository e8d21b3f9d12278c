namespace WCoRD.MLNet;

/// <summary>A dictionary of a pickle, in its order.</summary>
internal sealed class PickledDictionary
{
    private readonly List<(object? Key, object? Value)> _items = [];

    public IReadOnlyList<(object? Key, object? Value)> Items => _items;

    /// <summary>Whether it holds names and tensors, and nothing else.</summary>
    public bool IsState => _items.Count > 0 && _items.All(item => item is (string, PickledTensor));

    public void Add(object? key, object? value) => _items.Add((key, value));
}
