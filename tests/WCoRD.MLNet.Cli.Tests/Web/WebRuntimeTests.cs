using WCoRD.MLNet.Cli;
using WCoRD.MLNet.Cli.Web;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class WebRuntimeTests
{
    private static readonly string[] Files = ["dist/ort.wasm.bundle.min.mjs", "dist/ort-wasm-simd-threaded.wasm"];

    [TestMethod]
    [DataRow("1.24.3")]
    [DataRow("2.0.0-dev.20270101-0a1b2c")]
    public void Read_ThePackage_TakesVersionAndFiles(string version)
    {
        using TemporaryFolder folder = Package($$"""{ "name": "onnxruntime-web", "version": "{{version}}" }""", Files);
        WebRuntime runtime = WebRuntime.Read(folder.Path);
        Assert.AreEqual(version, runtime.PackageVersion);
        CollectionAssert.AreEqual("dist/ort.wasm.bundle.min.mjs"u8.ToArray(), runtime.Module);
        CollectionAssert.AreEqual("dist/ort-wasm-simd-threaded.wasm"u8.ToArray(), runtime.WebAssembly);
    }

    [TestMethod]
    [DataRow(null, "there is no ")]
    [DataRow("""{ "name": "onnxruntime-node", "version": "1.30.0" }""", "is of the package 'onnxruntime-node', version '1.30.0'")]
    [DataRow("""{ "name": "onnxruntime-web" }""", "is of the package 'onnxruntime-web', version ''")]
    [DataRow("""{ "name": "onnxruntime-web", "version": "1.23.2" }""", "it holds version 1.23.2.")]
    [DataRow("[1]", "is of the package '', version ''")]
    [DataRow("nothing", "is of the package '', version ''")]
    [DataRow("""{ "name": "onnxruntime-web", "version": "1.30.0" }""", "it holds version 1.30.0, which has no dist/ort-wasm-simd-threaded.wasm.")]
    public void Read_AnotherFolder_SaysWhatIsFoundAndHowToGetIt(string? manifest, string found)
    {
        using TemporaryFolder folder = Package(manifest, Files[0]);
        string message = Assert.ThrowsExactly<CommandException>(() => WebRuntime.Read(folder.Path)).Message;
        StringAssert.StartsWith(message, $"--runtime is '{folder.Path}': ");
        StringAssert.Contains(message, found);
        StringAssert.EndsWith(message, "onnxruntime-web, 1.24.3 or later, as 'node_modules/onnxruntime-web' after 'npm install onnxruntime-web'.");
    }

    private static TemporaryFolder Package(string? manifest, params string[] files)
    {
        var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("dist"));
        if (manifest is not null)
        {
            File.WriteAllText(folder.File("package.json"), manifest);
        }

        foreach (string file in files)
        {
            File.WriteAllText(folder.File(file), file);
        }

        return folder;
    }
}
