using System.Net;
using System.Net.Sockets;

namespace WCoRD.MLNet.Tests;

/// <summary>A server of a folder's files on this machine, which remembers what it was asked for.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly List<string> _asked = [];
    private readonly string _folder;
    private readonly Task _serving;

    public FileServer(string folder)
    {
        _folder = folder;
        Address = Invariant($"http://localhost:{FreePort()}/");
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address { get; }

    /// <summary>The paths asked for, in order.</summary>
    public string[] Asked
    {
        get
        {
            lock (_asked)
            {
                return [.. _asked];
            }
        }
    }

    public void Dispose()
    {
        _listener.Stop();
        _serving.Wait();
        _listener.Close();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                string path = context.Request.Url!.AbsolutePath;
                lock (_asked)
                {
                    _asked.Add(path);
                }

                string file = Path.Combine(_folder, path == "/" ? "index.html" : path[1..]);
                context.Response.StatusCode = File.Exists(file) ? 200 : 404;
                context.Response.ContentType = "text/html";
                await context.Response.OutputStream.WriteAsync(File.Exists(file) ? await File.ReadAllBytesAsync(file) : []);
                context.Response.Close();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                // A browser that hangs up, or the end.
            }
        }
    }
}
