using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WCoRD.MLNet;

/// <summary>What a file of stored views says of itself: they are those of a training only where all of this is the same.</summary>
/// <param name="Teacher">What tells the teacher from others.</param>
/// <param name="Precision">The numbers that it computed with.</param>
/// <param name="Rows">What tells the rows from others.</param>
/// <param name="Views">How views are made.</param>
/// <param name="Count">The number of rows.</param>
/// <param name="Features">The number of features.</param>
/// <param name="Classes">The number of classes scored.</param>
internal sealed record ViewHeader(string Teacher, string Precision, string Rows, string Views, int Count, int Features, int Classes)
{
    /// <summary>The bytes that it takes at a file's beginning.</summary>
    public const int Size = 4096;

    private const string Kind = "wcord views 1";
    private const int LongestText = 1000;
    private const int FingerprintLength = 16;

    private static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The numbers that a row takes: its features, then its scores.</summary>
    [JsonIgnore]
    public int Width => Features + Classes;

    /// <summary>Tells these views from others, short enough for a file's name.</summary>
    [JsonIgnore]
    public string Fingerprint => Hash(JsonSerializer.Serialize(this, Format))[..FingerprintLength];

    /// <summary>The first bytes of a view's file: a line that says what it is, the view's number, a line of JSON, and spaces.</summary>
    /// <param name="view">The view's number, counted from 0.</param>
    public byte[] Of(int view)
    {
        ViewHeader shown = this with { Teacher = Shortened(Teacher), Views = Shortened(Views) };
        byte[] bytes = new byte[Size];
        Array.Fill(bytes, (byte)' ');
        Encoding.UTF8.GetBytes(Invariant($"{Kind}, view {view}\n{JsonSerializer.Serialize(shown, Format)}\n"), bytes);
        return bytes;
    }

    private static string Shortened(string text) =>
        text.Length <= LongestText ? text : $"{text[..LongestText]}..., SHA-256 {Hash(text)}";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
