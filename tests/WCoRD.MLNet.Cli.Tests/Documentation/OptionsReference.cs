using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace WCoRD.MLNet.Tests;

/// <summary>Makes <c>docs/options.md</c> from the library's XML documentation and the options' real defaults.</summary>
internal static class OptionsReference
{
    private static readonly XmlComments Comments = new(typeof(TrainingOptions).Assembly);

    public static string Generate()
    {
        var page = new StringBuilder();
        page.Append("# Options\n\nGenerated from the library's documentation comments: change those, then run the tests again with `WCORD_UPDATE=1`.\n");
        page.Append("\"Ours\" marks a default of this library where the paper's own value is unknown.\n");
        foreach (Type type in Types())
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {type.Name}\n\n{Comments.About(type)}\n");
            if (type.BaseType is { } parent && parent != typeof(object))
            {
                page.Append(CultureInfo.InvariantCulture, $"It has all of [{parent.Name}](#{AnchorOf(parent.Name)}) too.\n");
            }

            page.Append("\n| option | type | default | meaning |\n|---|---|---|---|\n");
            foreach (PropertyInfo option in Options(type))
            {
                page.Append(CultureInfo.InvariantCulture, $"| `{option.Name}` | {TypeOf(option)} | {Default(option)} | {Meaning(option)} |\n");
            }
        }

        foreach (Type type in Types().SelectMany(Options).Select(EnumOf).OfType<Type>().Distinct().OrderBy(type => type.Name, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {type.Name}\n\n{Comments.About(type)}\n\n| value | meaning |\n|---|---|\n");
            foreach (string name in Enum.GetNames(type))
            {
                page.Append(CultureInfo.InvariantCulture, $"| `{name}` | {Cell(Comments.Summary($"F:{type.FullName}.{name}"))} |\n");
            }
        }

        return page.ToString();
    }

    /// <summary>The options classes, those for users first, each base class after the last class that has it.</summary>
    public static Type[] Types() => [typeof(WcordDistillationOptions), typeof(DistillationOptions), typeof(StudentTrainingOptions), typeof(NetworkTrainingOptions), typeof(TrainingOptions), typeof(ImageFolderOptions), typeof(OnnxTeacherOptions), typeof(OnnxOptions)];

    public static IEnumerable<PropertyInfo> Options(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).OrderBy(option => option.MetadataToken);

    /// <summary>What a new options object holds.</summary>
    public static string Default(PropertyInfo option)
    {
        Type type = Array.Find(Types(), type => !type.IsAbstract && type.IsAssignableTo(option.DeclaringType!))!;
        return option.GetValue(Activator.CreateInstance(type)) switch
        {
            null => "null",
            bool truth => truth ? "true" : "false",
            string or Enum => $"`{option.GetValue(Activator.CreateInstance(type))}`",
            CancellationToken => "none",
            IEnumerable list when !list.Cast<object>().Any() => "empty",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            var other => throw new NotSupportedException($"{option.Name}: {other}"),
        };
    }

    /// <summary>The default that the documentation tells, and what it tells beside.</summary>
    public static (string Default, string Note) DocumentedDefault(PropertyInfo option)
    {
        string value = Comments.Value(KeyOf(option));
        const string Start = "Default ";
        if (!value.StartsWith(Start, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{option.Name}: its <value> is '{value}'; expected 'Default ...'.");
        }

        string[] parts = value[Start.Length..].TrimEnd('.').Split(' ', 2);
        return (parts[0].TrimEnd(';', ':', ','), parts.Length == 1 ? "" : $"{char.ToUpperInvariant(parts[1][0])}{parts[1][1..]}.");
    }

    private static string Meaning(PropertyInfo option) => Cell($"{Comments.Summary(KeyOf(option))} {DocumentedDefault(option).Note}".TrimEnd());

    private static string KeyOf(PropertyInfo option) => $"P:{option.DeclaringType!.FullName}.{option.Name}";

    private static string TypeOf(PropertyInfo option)
    {
        bool mayBeNull = new NullabilityInfoContext().Create(option).ReadState == NullabilityState.Nullable;
        string name = $"`{NameOf(Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType)}{(mayBeNull ? "?" : "")}`";
        return EnumOf(option) is { } values ? $"[{name}](#{AnchorOf(values.Name)})" : name;
    }

    // Those of ML.NET are documented there.
    private static Type? EnumOf(PropertyInfo option) =>
        (Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType) is { IsEnum: true } type && type.Assembly == typeof(TrainingOptions).Assembly ? type : null;

    private static string NameOf(Type type) =>
        type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type == typeof(string) ? "string"
        : type == typeof(int) ? "int"
        : type == typeof(long) ? "long"
        : type == typeof(double) ? "double"
        : type == typeof(bool) ? "bool"
        : type.Name;

    private static string AnchorOf(string heading) => heading.ToLowerInvariant();

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
