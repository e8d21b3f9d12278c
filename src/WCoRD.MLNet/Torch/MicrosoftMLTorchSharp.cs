using System.Reflection;
using System.Runtime.Loader;
using Microsoft.ML;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace WCoRD.MLNet;

/// <summary>Microsoft.ML.TorchSharp beside this TorchSharp, in notebooks.</summary>
/// <remarks>
/// As it is published, that package disposes the weights that it sets. An application's build repairs it by the property
/// <c>WcordRepairMicrosoftMLTorchSharp</c>; a notebook's kernel builds nothing.
/// </remarks>
public static class MicrosoftMLTorchSharp
{
    private const string Name = "Microsoft.ML.TorchSharp";

    /// <summary>
    /// Loads a repaired copy of Microsoft.ML.TorchSharp, which all later cells of a notebook then use. Does nothing where a repaired one is
    /// there, as in an application whose build repaired its own.
    /// </summary>
    /// <remarks>Call it after the cell that names the packages, and before any that uses one of Microsoft.ML.TorchSharp's types.</remarks>
    /// <param name="version">The version that the notebook names, as <c>0.23.1</c>. An application has only its own.</param>
    /// <exception cref="FileNotFoundException">The package is not among those that the notebook, or the application, has.</exception>
    /// <exception cref="InvalidOperationException">The package was used before, or built in without the property; or the repair does not
    /// know the version, and says so on the error stream; or libtorch cannot be loaded.</exception>
    public static void LoadRepaired(string version)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(version);
        TorchRuntime.EnsureLoaded();

        // A kernel loads this assembly from its package, where the program that repairs is; an application has neither.
        string repair = Path.Combine(PackageOf(typeof(MicrosoftMLTorchSharp).Assembly.Location), "tools", "RepairMicrosoftMLTorchSharp.dll");
        Assembly assembly = AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(loaded => loaded.GetName().Name == Name)
            ?? (File.Exists(repair) ? LoadCopy(repair, version) : Assembly.Load(Name));
        if (!KeepsWeights(assembly))
        {
            throw new InvalidOperationException(
                $"{Name} is loaded as it is published: it disposes the weights that it sets. In a notebook, restart the kernel and call "
                    + $"{nameof(MicrosoftMLTorchSharp)}.{nameof(LoadRepaired)} before any cell uses that package. In an application, say "
                    + "<WcordRepairMicrosoftMLTorchSharp>true</WcordRepairMicrosoftMLTorchSharp> in its project and build it again.");
        }
    }

    /// <summary>The package's assembly, as published, in a cache of packages that others were loaded from.</summary>
    internal static string FindPublished(string version, params IEnumerable<string> loaded)
    {
        // An assembly is CACHE/PACKAGE/VERSION/lib/FRAMEWORK/NAME.dll; of two frameworks, "net8.0" stands before "netstandard2.0".
        string[] packages =
        [
            .. loaded.Select(path => Path.GetFullPath(Path.Combine(PackageOf(path), "..", "..", Name.ToLowerInvariant(), version.ToLowerInvariant())))
                .Distinct(),
        ];
        return packages.Select(package => Path.Combine(package, "lib")).Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, $"{Name}.dll", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            .FirstOrDefault()
            ?? throw new FileNotFoundException(
                $"{Name} {version} is not among the notebook's packages: no '{Name}.dll' below '{string.Join("', '", packages)}'. "
                    + $"Write #r \"nuget: {Name}, {version}\" into an earlier cell.");
    }

    private static string PackageOf(string assembly) => Path.GetFullPath(Path.Combine(assembly, "..", "..", ".."));

    private static Assembly LoadCopy(string repair, string version)
    {
        string published = FindPublished(
            version,
            new[] { typeof(MLContext), typeof(torch), typeof(MicrosoftMLTorchSharp) }.Select(type => type.Assembly.Location));
        string folder = Directory.CreateTempSubdirectory("wcord-").FullName;
        try
        {
            string copy = Path.Combine(folder, $"{Name}.dll");
            if (AppDomain.CurrentDomain.ExecuteAssembly(repair, [published, copy]) != 0)
            {
                throw new InvalidOperationException($"'{published}' was not repaired: the error stream says why.");
            }

            // By its bytes, so that the file need not stay. From here on the name is this copy's: a load context asks the default one first.
            return AssemblyLoadContext.Default.LoadFromStream(new MemoryStream(File.ReadAllBytes(copy)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool KeepsWeights(Assembly assembly)
    {
        MethodInfo initialise = assembly.GetType($"{Name}.Utils.ModelUtils")
            ?.GetMethod("InitZeros", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic, [typeof(Tensor)])
            ?? throw new InvalidOperationException(
                $"{assembly.FullName} is another version than {nameof(LoadRepaired)} knows: take 0.23.1, or leave the call out and see whether "
                    + "that version trains without it.");
        using Tensor weight = torch.zeros(1);
        initialise.Invoke(null, [weight]);
        return !weight.IsInvalid;
    }
}
