namespace WCoRD.MLNet.Tests;

/// <summary>This repository's packages, packed to a folder of their own until it is disposed, and projects there that use them as a stranger's do.</summary>
internal sealed class PackedPackages : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="projects">What is packed.</param>
    public PackedPackages(params IEnumerable<string> projects)
    {
        foreach (string project in projects)
        {
            Packages.Pack(project, Folder, File("build"));
        }

        System.IO.File.WriteAllText(File("nuget.config"), $"""<configuration><packageSources><add key="packed" value="{Folder}" /></packageSources></configuration>""");
    }

    public string Folder => File("packages");

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
                <PackageReference Include="WCoRD.MLNet" Version="{Packages.Version}" />
                <PackageReference Include="TorchSharp-cpu" Version="0.107.0" />
              </ItemGroup>
              {more}
            </Project>
            """);
        return project;
    }

    /// <summary>Takes the packed library out of the user's package cache again; tools are not kept there.</summary>
    public void Dispose()
    {
        string copy = Path.Combine(Packages.Cache, "wcord.mlnet", Packages.Version);
        if (Directory.Exists(copy))
        {
            Directory.Delete(copy, recursive: true);
        }

        _folder.Dispose();
    }
}
