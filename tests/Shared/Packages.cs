using System.Runtime.InteropServices;

namespace WCoRD.MLNet.Tests;

/// <summary>Packs what this repository publishes, for tests that use it as strangers do.</summary>
internal static class Packages
{
    /// <summary>Which no cache can hold, and no other feed.</summary>
    public static string Version { get; } = $"0.1.0-test.{DateTime.UtcNow.Ticks}";

    /// <summary>The user's package cache.</summary>
    public static string Cache => Succeed("dotnet", "nuget", "locals", "global-packages", "--list").Split(": ", 2)[1].Trim();

    // A build folder of its own: that of the repository belongs to the running tests. The tool for this system alone, which is most of the time.
    public static void Pack(string project, string packages, string build) => Succeed(
        "dotnet", "pack", project, "--output", packages, "--artifacts-path", build, $"-p:Version={Version}", $"-p:ToolPackageRuntimeIdentifiers={RuntimeInformation.RuntimeIdentifier}", "-warnaserror");

    /// <summary>Runs a program that must end well, and gives its output.</summary>
    public static string Succeed(string program, params string[] arguments)
    {
        var (exitCode, output, errors) = RepositoryFolder.Run(program, arguments);
        Assert.AreEqual(0, exitCode, $"{program} {string.Join(' ', arguments)}\n{output}{errors}");
        return output;
    }
}
