using System.Reflection;
using System.Xml.Linq;

namespace WCoRD.MLNet.Tests;

/// <summary>An assembly's documentation comments as Markdown.</summary>
internal sealed class XmlComments(Assembly assembly)
{
    private readonly Dictionary<string, XElement> _members = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"))
        .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);

    /// <summary>A type's summary and remarks.</summary>
    public string About(Type type) => _members[$"T:{type.FullName}"].Element("remarks") is { } remarks
        ? $"{Summary($"T:{type.FullName}")} {Markdown(remarks.Nodes())}"
        : Summary($"T:{type.FullName}");

    /// <param name="member">A documentation key, as <c>P:Namespace.Type.Property</c>.</param>
    public string Summary(string member) => Part(member, "summary");

    /// <param name="member">A documentation key, as <c>P:Namespace.Type.Property</c>.</param>
    public string Value(string member) => Part(member, "value");

    private string Part(string member, string name)
    {
        XElement part = _members.GetValueOrDefault(member)?.Element(name) ?? throw new InvalidOperationException($"{member} has no <{name}>.");
        return Markdown(part.Nodes());
    }

    private static string Markdown(IEnumerable<XNode> nodes) => string.Join(' ', string.Concat(nodes.Select(Markdown)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Markdown(XNode node) => node switch
    {
        XText text => text.Value.Replace("<", "&lt;", StringComparison.Ordinal),
        XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")!.Value.Split('.')[^1]}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        _ => throw new NotSupportedException($"In a documentation comment: {node}"),
    };
}
