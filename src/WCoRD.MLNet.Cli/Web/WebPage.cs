using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

namespace WCoRD.MLNet.Cli.Web;

/// <summary>One page that classifies pictures in a browser. It holds the network and what computes it, and can reach nothing else.</summary>
internal static partial class WebPage
{
    private const string FileName = "index.html";
    private const string Mark = "<meta name=\"generator\" content=\"wcord\">";

    /// <summary>The page's file in a folder that may get it.</summary>
    /// <exception cref="CommandException">The folder is a file, or holds another's page.</exception>
    public static string FileIn(string folder)
    {
        string page = Path.Combine(folder, FileName);
        return File.Exists(folder) ? throw new CommandException($"--web is '{folder}': that is a file. Name a folder.")
            : Directory.Exists(page) || (File.Exists(page) && !File.ReadAllText(page).Contains(Mark, StringComparison.Ordinal))
                ? throw new CommandException($"--web is '{folder}': its {FileName} was not written by wcord. Name another folder, or remove it.")
                : page;
    }

    /// <summary>Makes the page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="shown">The network.</param>
    /// <param name="onnx">The network as an ONNX file that reads bytes.</param>
    /// <param name="precision">The numbers that it computes with.</param>
    /// <param name="runtime">What computes it.</param>
    public static string Write(string title, ShownNetwork shown, byte[] onnx, OnnxPrecision precision, WebRuntime runtime)
    {
        string style = Resource("page.css"), script = Resource("page.js");
        var parts = new Dictionary<string, string>
        {
            // Nothing but the page's own script and style: no request can leave it. The runtime is a module that the script makes (blob:).
            ["policy"] = $"default-src 'none'; script-src '{Hash(script)}' 'wasm-unsafe-eval' blob:; style-src '{Hash(style)}'; "
                + "img-src blob: data:; base-uri 'none'; form-action 'none'",
            ["title"] = WebUtility.HtmlEncode(title),
            ["about"] = WebUtility.HtmlEncode(Invariant($"{shown.Network.Network}, {shown.Network.Classes} classes, {precision}")),
            ["sees"] = WebUtility.HtmlEncode(Sees(shown)),
            ["size"] = Invariant($"{shown.Width} x {shown.Height}"),
            ["runtime"] = WebUtility.HtmlEncode(runtime.PackageVersion),
            ["card"] = WebUtility.HtmlEncode(shown.Network.Card.ToString()),
            // JSON is written without angle brackets.
            ["model"] = JsonSerializer.Serialize(new
            {
                classes = shown.Classes,
                height = shown.Height,
                width = shown.Width,
                resizing = $"{shown.Resizing}",
            }),
            ["network"] = Pack(onnx),
            ["module"] = Pack(runtime.Module),
            ["webassembly"] = Pack(runtime.WebAssembly),
            ["style"] = style,
            ["script"] = script,
        };
        return Placeholder().Replace(Resource("page.html"), found => parts[found.Groups[1].Value]);
    }

    private static string Sees(ShownNetwork shown) => Invariant($"A picture is brought to {shown.Width} x {shown.Height} pixels: ")
        + shown.Resizing switch
        {
            ResizingKind.IsoCrop => "its shorter side is resized, and the centre taken.",
            ResizingKind.IsoPad => "the whole is resized, with black bars beside it.",
            _ => "it is resized without regard to its proportions.",
        };

    private static string Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(bytes);
        }

        return Convert.ToBase64String(packed.ToArray());
    }

    private static string Hash(string inline) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(inline)))}";

    // A browser hashes lines as they end in its own memory: by a line feed.
    private static string Resource(string name)
    {
        using Stream stream = typeof(WebPage).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Placeholder();
}
