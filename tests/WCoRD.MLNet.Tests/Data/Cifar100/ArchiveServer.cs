using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WCoRD.MLNet.Tests;

/// <summary>A web server on this machine that gives one file, and misbehaves on request.</summary>
internal sealed class ArchiveServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _content;
    private readonly Task _loop;

    public ArchiveServer(byte[] content)
    {
        _content = content;
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/archive.tar.gz");
        _loop = Task.Run(ServeAsync);
    }

    public Uri Url { get; }

    public bool Ranges { get; set; } = true;

    public bool Missing { get; set; }

    /// <summary>Bytes after which the connection is closed; null: never.</summary>
    public int? CutAfter { get; set; }

    /// <summary>The Range header of each request; empty where there was none.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>The body bytes of each answer.</summary>
    public List<int> Sent { get; } = [];

    // The loop ends before its listener does, which it may be about to ask for the next client.
    public void Dispose()
    {
        _stop.Cancel();
        _loop.Wait();
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        string range = "";
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            range = line.StartsWith("Range: ", StringComparison.OrdinalIgnoreCase) ? line[7..] : range;
        }

        int from = Ranges && range.Length > 0 ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;
        bool beyond = from > 0 && from >= _content.Length;
        byte[] body = Missing || beyond ? [] : _content[from..];
        string status = Missing ? "404 Not Found"
            : beyond ? $"416 Range Not Satisfiable\r\nContent-Range: bytes */{_content.Length}"
            : from > 0 ? $"206 Partial Content\r\nContent-Range: bytes {from}-{_content.Length - 1}/{_content.Length}"
            : "200 OK";
        int count = Math.Min(body.Length, CutAfter ?? body.Length);
        Asked.Add(range);
        Sent.Add(count);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(body.AsMemory(0, count));
        await stream.FlushAsync();
    }
}
