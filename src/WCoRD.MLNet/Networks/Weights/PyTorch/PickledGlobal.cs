namespace WCoRD.MLNet;

/// <summary>What a pickle calls by module and name. It is never looked up: only its name counts.</summary>
internal sealed record PickledGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}
