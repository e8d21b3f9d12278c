using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WCoRD.MLNet.Tests;

/// <summary>The program that repairs Microsoft.ML.TorchSharp in builds, on small assemblies of the same names.</summary>
[TestClass]
public sealed class RepairTests
{
    private const string Faulty = "using (Set(thing)) { }", Sound = "Set(thing);";

    // The number holds the byte of a call: operands are no instructions.
    private const string FaultyBehindANumber = "if (thing.Number == 0x6F6F6F6F6F6F6F6F) { return; } using (Set(thing)) { }";

    [TestMethod]
    public void Repair_InitialisersThatDispose_KeepTheirWeights()
    {
        using var folder = new TemporaryFolder();
        byte[] faulty = Compile(FaultyBehindANumber, Faulty, Faulty, Faulty);
        CollectionAssert.AreEqual(new[] { true, true, true, true }, Disposed(faulty));
        (int exitCode, string output, string error, byte[] repaired) = Repair(folder, faulty);
        Assert.AreEqual(0, exitCode, error);
        Assert.AreEqual("Microsoft.ML.TorchSharp 9.8.7 repaired: its 4 initialisers keep the weights that they set.", output.Trim());
        CollectionAssert.AreEqual(new[] { false, false, false, false }, Disposed(repaired));
    }

    [TestMethod]
    public void Repair_InitialisersThatKeep_AreLeftAsTheyAre()
    {
        using var folder = new TemporaryFolder();
        byte[] sound = Compile(Sound, Sound, Sound, Sound);
        (int exitCode, string output, string error, byte[] copy) = Repair(folder, sound);
        Assert.AreEqual(0, exitCode, error);
        Assert.AreEqual("Microsoft.ML.TorchSharp 9.8.7 needs no repair: its initialisers keep the weights that they set.", output.Trim());
        CollectionAssert.AreEqual(sound, copy);
    }

    [TestMethod]
    [DataRow(Faulty, Faulty, Sound, "3 of 4 initialisers in Microsoft.ML.TorchSharp.Utils.ModelUtils dispose the weights that they set, expected all or none")]
    [DataRow(Faulty, Faulty, "((System.IDisposable)Set(thing)).Dispose();", "ModelUtils.InitXavierUniform calls Dispose otherwise than in one 'using'")]
    [DataRow(Faulty, "using (Set(thing)) { } using (Set(thing)) { }", Faulty, "ModelUtils.InitNormal calls Dispose otherwise than in one 'using'")]
    [DataRow(Faulty, Faulty, "} public static void InitXavierUniform(Thing thing, int gain) {", "it has 2 methods Microsoft.ML.TorchSharp.Utils.ModelUtils.InitXavierUniform, expected one")]
    [DataRow(Faulty, Faulty, Faulty, "it has 0 methods Microsoft.ML.TorchSharp.Utils.ModelUtils.InitZeros, expected one", "InitWithZeros")]
    public void Repair_AnythingElse_IsRefusedWithWhatWasFound(string constant, string normal, string xavier, string expected, string nameOfZeros = "InitZeros")
    {
        using var folder = new TemporaryFolder();
        (int exitCode, _, string error, byte[] written) = Repair(folder, Compile(constant, normal, xavier, Faulty, nameOfZeros));
        Assert.AreEqual(1, exitCode);
        Assert.IsEmpty(written);
        StringAssert.Contains(error, "error WCORD002: Microsoft.ML.TorchSharp 9.8.7 is another than the repair knows: ");
        StringAssert.Contains(error, expected);
        StringAssert.Contains(error, "leave out WcordRepairMicrosoftMLTorchSharp");
    }

    private static byte[] Compile(string constant, string normal, string xavier, string zeros, string nameOfZeros = "InitZeros")
    {
        string source = $$"""
            [assembly: System.Reflection.AssemblyInformationalVersion("9.8.7+commit")]
            public sealed class Thing : System.IDisposable { public long Number; public bool IsDisposed; public void Dispose() { IsDisposed = true; } }
            namespace Microsoft.ML.TorchSharp.Utils
            {
                public static class ModelUtils
                {
                    private static Thing Set(Thing thing) { return thing; }
                    public static void InitConstant(Thing thing) { {{constant}} }
                    public static void InitNormal(Thing thing) { {{normal}} }
                    public static void InitXavierUniform(Thing thing) { {{xavier}} }
                    public static void {{nameOfZeros}}(Thing thing) { {{zeros}} }
                }
            }
            """;
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Microsoft.ML.TorchSharp",
            [CSharpSyntaxTree.ParseText(source)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        using var image = new MemoryStream();
        Assert.IsTrue(compilation.Emit(image).Success);
        return image.ToArray();
    }

    private static (int ExitCode, string Output, string Error, byte[] Written) Repair(TemporaryFolder folder, byte[] assembly)
    {
        string from = folder.File("Microsoft.ML.TorchSharp.dll"), to = Path.Combine(folder.Path, "repaired", "Microsoft.ML.TorchSharp.dll");
        File.WriteAllBytes(from, assembly);
        (int exitCode, string output, string error) = ChildProcess.Run("dotnet", "exec", ChildProcess.AssemblyOf("eng/repair", "RepairMicrosoftMLTorchSharp.dll"), from, to);
        return (exitCode, output, error, File.Exists(to) ? File.ReadAllBytes(to) : []);
    }

    /// <summary>Which of the four initialisers dispose what they set.</summary>
    private static bool[] Disposed(byte[] assembly)
    {
        var context = new AssemblyLoadContext(null, isCollectible: true);
        Assembly loaded = context.LoadFromStream(new MemoryStream(assembly));
        Type thing = loaded.GetType("Thing", throwOnError: true)!, type = loaded.GetType("Microsoft.ML.TorchSharp.Utils.ModelUtils", throwOnError: true)!;
        bool[] disposed = [.. type.GetMethods(BindingFlags.Public | BindingFlags.Static).Select(method =>
        {
            object one = Activator.CreateInstance(thing)!;
            method.Invoke(null, [one]);
            return (bool)thing.GetField("IsDisposed")!.GetValue(one)!;
        })];
        context.Unload();
        return disposed;
    }
}
