namespace WCoRD.MLNet;

/// <summary>The fault of a network's name, among those of an options object.</summary>
internal static class NetworkFaults
{
    public static void KnownNetwork(this OptionFaults faults, string option, string? found) => faults.Check(
        NetworkCatalog.Names.Contains(found), option, $"'{found}'", NetworkCatalog.Expected(found));
}
