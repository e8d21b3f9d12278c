using System.Reflection;
using System.Runtime.CompilerServices;

namespace WCoRD.MLNet.Tests;

/// <summary>What is added to ML.NET's catalogs has an example, and every example runs.</summary>
[TestClass]
public sealed class ExampleTests
{
    private const string Before = "using Microsoft.ML; using Microsoft.ML.Data; using WCoRD.MLNet; var mlContext = new MLContext(seed: 1);";
    private static readonly XmlComments Comments = new(typeof(NetworkTransformer).Assembly);

    private static IEnumerable<MethodInfo> Methods => typeof(NetworkTransformer).Assembly.GetExportedTypes()
        .Where(type => type.IsDefined(typeof(ExtensionAttribute)))
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
        .Where(method => method.IsDefined(typeof(ExtensionAttribute)) && method.GetParameters()[0].ParameterType.Namespace!.StartsWith("Microsoft.ML", StringComparison.Ordinal));

    [TestMethod]
    public void Examples_OfEveryCatalogMethod_AreThere()
    {
        MethodInfo[] methods = [.. Methods];
        Assert.IsGreaterThan(12, methods.Length);
        CollectionAssert.AreEqual(Array.Empty<string>(), methods.Where(method => Comments.Examples($"M:{method.DeclaringType!.FullName}.{method.Name}").Length < methods.Count(other => other.Name == method.Name)).Select(method => method.Name).ToArray());
    }

    [TestMethod]
    [TestCategory("Long")]
    public async Task Examples_OfEveryCatalogMethod_Run()
    {
        LongTest.Require();
        using var folder = new SnippetFolder();
        foreach (string name in Methods.Select(method => $"M:{method.DeclaringType!.FullName}.{method.Name}").Distinct())
        {
            foreach (string code in Comments.Examples(name))
            {
                var session = new ScriptSession();
                await session.RunAsync(Before, name);
                await session.RunAsync(SnippetTests.AsScript(code), name);
                foreach (IDisposable value in session.Values.OfType<IDisposable>())
                {
                    value.Dispose();
                }
            }
        }
    }
}
