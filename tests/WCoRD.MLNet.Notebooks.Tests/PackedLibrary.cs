namespace WCoRD.MLNet.Tests;

/// <summary>The library packed into a folder, as a reader of a notebook can pack it, and a package cache for it alone.</summary>
internal sealed class PackedLibrary : IDisposable
{
    private const string PackageCache = "NUGET_PACKAGES", FallbackCaches = "NUGET_FALLBACK_PACKAGES";
    private readonly TemporaryFolder _folder = new();

    public PackedLibrary()
    {
        Packages.Pack("src/WCoRD.MLNet", Folder, _folder.File("build"));
        // The kernel's restore is a process that inherits these. All other packages may come from the user's cache: libtorch is big.
        Environment.SetEnvironmentVariable(FallbackCaches, Packages.Cache);
        Environment.SetEnvironmentVariable(PackageCache, _folder.File("cache"));
    }

    private string Folder => _folder.File("packages");

    /// <summary>A cell's text as its reader makes it to take this package.</summary>
    public string TakenBy(string source) => PackageDirectives.FromFolder(source, Folder, Packages.Version);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(FallbackCaches, null);
        Environment.SetEnvironmentVariable(PackageCache, null);
        _folder.Dispose();
    }
}
