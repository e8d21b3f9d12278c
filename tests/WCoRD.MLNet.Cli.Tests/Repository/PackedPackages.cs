using System.Runtime.InteropServices;

namespace WCoRD.MLNet.Tests;

/// <summary>This repository's packages, packed to a folder of their own until it is disposed, and projects there that use them as a stranger's do.</summary>
internal sealed class PackedPackages : IDisposable
{
    /// <summary>No cache can hold this version, and no other feed.</summary>
    public static readonly string Version = $"0.1.0-test.{DateTime.UtcNow.Ticks}";

    private readonly TemporaryFolder _folder = new();

    /// <param name="projects">What is packed.</param>
    public PackedPackages(params IEnumerable<string> projects)
    {
        foreach (string project in projects)
        {
            // A build folder of its own: that of the repository belongs to the running tests. The tool for this system alone, which is most of the time.
            Succeed(
                "dotnet", "pack", project, "--output", Packages, "--artifacts-path", File("build"), $"-p:Version={Version}", $"-p:ToolPackageRuntimeIdentifiers={RuntimeInformation.RuntimeIdentifier}", "-warnaserror");
        }

        System.IO.File.WriteAllText(File("nuget.config"), $"""<configuration><packageSources><add key="packed" value="{Packages}" /></packageSources></configuration>""");
    }

    public string Packages => File("packages");

    public string File(string name) => _folder.File(name);

    /// <summary>Writes a project of one file that references the library and libtorch.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="program">Its file.</param>
    /// <param name="more">What else stands in the project.</param>
    /// <returns>Its folder.</returns>
    public string WriteProject(string name, string program, string more = "")
    {
        string project = Directory.CreateDirectory(File(name)).FullName;
        System.IO.File.WriteAllText(Path.Combine(project, "Program.cs"), program);
        System.IO.File.WriteAllText(Path.Combine(project, $"{name}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="WCoRD.MLNet" Version="{Version}" />
                <PackageReference Include="TorchSharp-cpu" Version="0.107.0" />
              </ItemGroup>
              {more}
            </Project>
            """);
        return project;
    }

    public static string Succeed(string program, params string[] arguments)
    {
        var (exitCode, output, errors) = RepositoryFolder.Run(program, arguments);
        Assert.AreEqual(0, exitCode, $"{program} {string.Join(' ', arguments)}\n{output}{errors}");
        return output;
    }

    /// <summary>Takes the packed library out of the user's package cache again; tools are not kept there.</summary>
    public void Dispose()
    {
        string cache = Succeed("dotnet", "nuget", "locals", "global-packages", "--list").Split(": ", 2)[1].Trim();
        string copy = Path.Combine(cache, "wcord.mlnet", Version);
        if (Directory.Exists(copy))
        {
            Directory.Delete(copy, recursive: true);
        }

        _folder.Dispose();
    }
}
