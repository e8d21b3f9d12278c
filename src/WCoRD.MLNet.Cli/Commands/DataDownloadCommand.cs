using System.CommandLine;
using System.Diagnostics;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord data download</c>: the official CIFAR-100, checked, and continued where an earlier try broke off.</summary>
internal static class DataDownloadCommand
{
    private static readonly FolderArgument Folder = new(
        "The folder to leave train.bin, test.bin and the class names in.", "--out", "--data");
    private static readonly Option<Uri?> Url = new("--url")
    {
        Description = "A mirror of the archive. Default: the official address.",
        HelpName = "URL",
        CustomParser = ParseUrl,
    };
    private static readonly Option<string?> Md5 = new("--md5")
    {
        Description = "The archive's checksum, for a mirror that packs it anew. Default: the official archive's.",
        HelpName = "HEX",
    };

    public static Command Create()
    {
        var command = new Command("download", "Download CIFAR-100 (161 MB), check it and unpack it.") { Url, Md5, CommonOptions.Json };
        Folder.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string folder = Folder.Of(parsed);
        bool json = parsed.GetValue(CommonOptions.Json);
        await Cifar100Archive.DownloadAsync(
            folder, parsed.GetValue(Url), parsed.GetValue(Md5), new Reporter(json ? Console.Error : Console.Out), cancellationToken);
        if (json)
        {
            JsonOutput.Write(new { Folder = folder });
        }
        else
        {
            Console.WriteLine($"CIFAR-100 is in {folder}");
        }

        return 0;
    }

    private static Uri? ParseUrl(System.CommandLine.Parsing.ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
        {
            return url;
        }

        result.AddError($"--url is '{text}': expected an address that begins with http:// or https://.");
        return null;
    }

    /// <summary>A line every few seconds.</summary>
    private sealed class Reporter(TextWriter writer) : IProgress<(long Bytes, long? Total)>
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private TimeSpan _next = Pause;

        public void Report((long Bytes, long? Total) value)
        {
            if (_watch.Elapsed < _next)
            {
                return;
            }

            _next = _watch.Elapsed + Pause;
            string total = value.Total is { } bytes ? Invariant($" of {bytes / 1e6:F1}") : "";
            writer.WriteLine(Invariant($"{value.Bytes / 1e6:F1}{total} MB"));
        }
    }
}
