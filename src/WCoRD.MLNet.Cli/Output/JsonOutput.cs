using System.Text.Json;
using System.Text.Json.Serialization;

namespace WCoRD.MLNet.Cli.Output;

/// <summary>Prints the one JSON object of <c>--json</c>.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static void Write(object value) => Console.WriteLine(JsonSerializer.Serialize(value, value.GetType(), Options));
}
