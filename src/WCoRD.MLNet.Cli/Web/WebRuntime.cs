using System.Text.Json;

namespace WCoRD.MLNet.Cli.Web;

/// <summary>ONNX Runtime for browsers, of the npm package onnxruntime-web.</summary>
/// <param name="PackageVersion">The package's version.</param>
/// <param name="Module">Its script.</param>
/// <param name="WebAssembly">What the script loads.</param>
internal sealed record WebRuntime(string PackageVersion, byte[] Module, byte[] WebAssembly)
{
    public const string Package = "onnxruntime-web";
    private const string ModuleFile = "dist/ort.wasm.bundle.min.mjs";
    private const string WebAssemblyFile = "dist/ort-wasm-simd-threaded.wasm";

    // Those before ask for a file beside the page, though they are given its content.
    private static readonly Version Earliest = new(1, 24, 3);

    /// <summary>Where npm puts it.</summary>
    public const string DefaultFolder = $"node_modules/{Package}";

    /// <summary>Reads the package's folder.</summary>
    /// <exception cref="CommandException">It is not that package, or one without the needed files.</exception>
    public static WebRuntime Read(string folder)
    {
        string manifest = Path.Combine(folder, "package.json");
        if (!File.Exists(manifest))
        {
            throw Fault(folder, $"there is no {manifest}");
        }

        (string? name, string? version) = NameAndVersion(File.ReadAllText(manifest));
        if (name != Package || !Version.TryParse(version?.Split('-')[0], out Version? parsed))
        {
            throw Fault(folder, $"{manifest} is of the package '{name}', version '{version}'");
        }

        if (parsed < Earliest)
        {
            throw Fault(folder, $"it holds version {version}");
        }

        string? absent = new[] { ModuleFile, WebAssemblyFile }.FirstOrDefault(file => !File.Exists(Path.Combine(folder, file)));
        return absent is null
            ? new WebRuntime(version!, Read(ModuleFile), Read(WebAssemblyFile))
            : throw Fault(folder, $"it holds version {version}, which has no {absent}");

        byte[] Read(string file) => File.ReadAllBytes(Path.Combine(folder, file));
    }

    private static (string? Name, string? Version) NameAndVersion(string manifest)
    {
        try
        {
            using var parsed = JsonDocument.Parse(manifest);
            return (Text("name"), Text("version"));

            string? Text(string property) => parsed.RootElement.ValueKind == JsonValueKind.Object
                && parsed.RootElement.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    private static CommandException Fault(string folder, string found) => new($"--runtime is '{folder}': {found}. Expected the folder of "
        + $"the npm package {Package}, {Earliest} or later, as '{DefaultFolder}' after 'npm install {Package}'.");
}
