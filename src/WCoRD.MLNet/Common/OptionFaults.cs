namespace WCoRD.MLNet;

/// <summary>Collects the faults of an options object, so that all are reported at once.</summary>
internal sealed class OptionFaults
{
    private readonly List<string> _faults = [];

    public void Check(bool right, string option, object? found, string expected)
    {
        if (!right)
        {
            _faults.Add(Invariant($"{option} is {found ?? "null"}: expected {expected}."));
        }
    }

    public void NotEmpty(string option, string? found) => Check(!string.IsNullOrEmpty(found), option, $"'{found}'", "a column name");

    public void Shape(string option, IReadOnlyList<int>? shape) => Check(
        shape is null or [>= 1, >= 1, >= 1],
        option,
        $"[{InvariantText.Join(", ", shape ?? [])}]",
        "null or channels, height and width, each at least 1, such as [3, 32, 32]");

    public void Throw(string options)
    {
        if (_faults.Count > 0)
        {
            throw new ArgumentException(
                Invariant($"{options} has {_faults.Count} fault(s):")
                    + string.Concat(_faults.Select(fault => $"{Environment.NewLine}- {fault}")));
        }
    }
}
