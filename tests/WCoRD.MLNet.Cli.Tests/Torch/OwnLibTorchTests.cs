using System.Diagnostics;

namespace WCoRD.MLNet.Tests;

/// <summary>The tool as it is where no package brings libtorch: a copy of its folder without that, and no package cache.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class OwnLibTorchTests : IDisposable
{
    private static readonly string[] LibTorch = ["libtorch", "libc10", "libgomp"];
    private static readonly string Natives = Path.Combine("runtimes", "linux-x64", "native");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Load_AFolderWithLibTorch_IsUsed()
    {
        CopyTool();
        (int exitCode, string errors) = Teach(null);
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, "or name the folder of another libtorch 2.10 in WCORD_LIBTORCH");

        (exitCode, errors) = Teach(Path.Combine(AppContext.BaseDirectory, Natives));
        Assert.AreEqual(0, exitCode, errors);
        Assert.IsTrue(File.Exists(_folder.File("model.zip")));
    }

    [TestMethod]
    public void Load_AFolderWithoutLibTorch_IsNamed()
    {
        CopyTool();
        (int exitCode, string errors) = Teach(_folder.Path);
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, $"WCORD_LIBTORCH is '{_folder.Path}', where no libtorch.so was found");
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Publish_AsDocumented_TeachesByAnotherLibTorch()
    {
        LongTest.Require();
        string documented = File.ReadLines(Path.Combine(RepositoryFolder.Root, "docs", "how-to.md")).Single(line => line.StartsWith("dotnet publish ", StringComparison.Ordinal));
        Assert.EndsWith(" -o wcord", documented);

        // Build folders of its own: the repository's belong to the running tests.
        string[] arguments = documented.Split(' ')[1..^1];
        Packages.Succeed("dotnet", [.. arguments, _folder.File("wcord"), "-p:ArtifactsPath=" + _folder.File("build"), "-p:UseArtifactsOutput=true"]);
        Assert.IsFalse(File.Exists(_folder.File("wcord/libtorch.so")));
        (int exitCode, string errors) = Teach(Path.Combine(AppContext.BaseDirectory, Natives), _folder.File("wcord/wcord"));
        Assert.AreEqual(0, exitCode, errors);
        Assert.IsTrue(File.Exists(_folder.File("model.zip")));
    }

    private void CopyTool()
    {
        Directory.CreateDirectory(_folder.File(Natives));
        foreach (string file in Directory.GetFiles(AppContext.BaseDirectory).Concat(Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, Natives))))
        {
            if (!LibTorch.Any(Path.GetFileName(file).StartsWith))
            {
                File.Copy(file, _folder.File(Path.GetRelativePath(AppContext.BaseDirectory, file)));
            }
        }
    }

    private (int ExitCode, string Errors) Teach(string? libTorch) => Teach(libTorch, "dotnet", _folder.File("wcord.dll"));

    private (int ExitCode, string Errors) Teach(string? libTorch, string program, params string[] before)
    {
        string data = _folder.File("data");
        if (!Directory.Exists(data))
        {
            Tool.Run("data", "sample", "--out", data, "--train", "100", "--test", "100");
        }

        var start = new ProcessStartInfo(program, [.. before, "teach", "--data", data, "--network", "resnet8", "--epochs", "1", "--out", _folder.File("model.zip")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Where there is no home, there is no package cache, in which TorchSharp would look.
            Environment = { ["HOME"] = _folder.Path, ["WCORD_LIBTORCH"] = libTorch },
        };
        start.Environment.Remove("NUGET_PACKAGES");
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors + output.Result);
    }
}
