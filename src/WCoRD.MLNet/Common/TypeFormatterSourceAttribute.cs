namespace WCoRD.MLNet;

/// <summary>
/// Tells .NET Interactive's kernels how a type is shown. They know the attribute by its name and its properties' names, so that no
/// reference to them is needed.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>The class whose <c>CreateTypeFormatters</c> makes the formatters.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>What is taken where nothing else is asked for.</summary>
    public string[] PreferredMimeTypes { get; set; } = [];
}
