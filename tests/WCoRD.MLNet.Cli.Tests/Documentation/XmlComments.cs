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

    /// <summary>The code of all examples of a method, whichever its parameters.</summary>
    /// <param name="method">A documentation key without parameters, as <c>M:Namespace.Type.Method</c>.</param>
    public string[] Examples(string method) =>
        [.. _members.Where(member => member.Key.Split('(')[0] == method).SelectMany(member => member.Value.Elements("example")).Select(example => Outdented(example.Value))];

    private string Part(string member, string name)
    {
        XElement part = _members.GetValueOrDefault(member)?.Element(name) ?? throw new InvalidOperationException($"{member} has no <{name}>.");
        return Markdown(part.Nodes());
    }

    // The compiler keeps the blanks before all lines of a comment.
    private static string Outdented(string code)
    {
        string[] lines = code.Trim('\r', '\n', ' ').ReplaceLineEndings("\n").Split('\n');
        int blanks = lines.Skip(1).Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select((line, i) => i == 0 ? line : line[Math.Min(blanks, line.Length)..]));
    }

    private static string Markdown(IEnumerable<XNode> nodes) => string.Join(' ', string.Concat(nodes.Select(Markdown)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Markdown(XNode node) => node switch
    {
        XText text => text.Value.Replace("<", "&lt;", StringComparison.Ordinal),
        XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")!.Value.Split('(')[0].Split('.')[^1]}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        _ => throw new NotSupportedException($"In a documentation comment: {node}"),
    };
}
