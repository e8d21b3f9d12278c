namespace WCoRD.MLNet.Tests;

/// <summary>ONNX Runtime for browsers, where npm has put it into the repository.</summary>
internal static class NpmRuntime
{
    public static string Folder { get; } = Path.Combine(RepositoryFolder.Root, "artifacts", "node_modules", "onnxruntime-web");

    public static bool IsThere => Directory.Exists(Folder);

    /// <summary>A test without it is skipped.</summary>
    public static void Require()
    {
        if (!IsThere)
        {
            Assert.Inconclusive("No onnxruntime-web found: 'npm install --prefix artifacts onnxruntime-web' in the repository's folder brings it.");
        }
    }
}
