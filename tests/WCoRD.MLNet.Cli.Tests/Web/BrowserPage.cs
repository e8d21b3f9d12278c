using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace WCoRD.MLNet.Tests;

/// <summary>A page in a headless browser that a test talks to, by the browser's own protocol for developer tools.</summary>
internal sealed partial class BrowserPage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _end = new(TimeSpan.FromMinutes(4));
    private readonly List<string> _requests = [];
    private readonly TemporaryFolder _profile;
    private readonly Process _process;
    private string? _session;
    private int _sent;

    private BrowserPage()
    {
        string program = Browser.Program();
        _profile = new TemporaryFolder();
        string[] options = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", $"--user-data-dir={_profile.Path}", "about:blank"];
        _process = Process.Start(new ProcessStartInfo(program, options) { RedirectStandardError = true, RedirectStandardOutput = true })!;
    }

    /// <summary>The addresses that the page asked for.</summary>
    public IReadOnlyList<string> Requests => _requests;

    public static async Task<BrowserPage> OpenAsync(string address, int width = 900)
    {
        var page = new BrowserPage();
        await page._socket.ConnectAsync(new Uri(await page.EndpointAsync()), page._end.Token);
        JsonElement target = await page.CallAsync("Target.createTarget", new { url = "about:blank" });
        JsonElement session = await page.CallAsync("Target.attachToTarget", new { targetId = target.GetProperty("targetId").GetString(), flatten = true });
        page._session = session.GetProperty("sessionId").GetString();
        await page.CallAsync("Page.enable", new { });
        await page.CallAsync("Network.enable", new { });
        await page.CallAsync("Emulation.setDeviceMetricsOverride", new { width, height = 900, deviceScaleFactor = 1, mobile = false });
        await page.CallAsync("Page.navigate", new { url = address });
        return page;
    }

    /// <summary>The value of an expression, or of its promise, as text.</summary>
    public async Task<string> AskAsync(string expression)
    {
        JsonElement found = await CallAsync("Runtime.evaluate", new { expression = $"Promise.resolve({expression}).then(String)", awaitPromise = true, returnByValue = true });
        Assert.IsFalse(found.TryGetProperty("exceptionDetails", out JsonElement fault), $"{expression}: {fault}");
        return found.GetProperty("result").GetProperty("value").GetString()!;
    }

    /// <summary>Waits until an expression is true.</summary>
    public async Task WaitAsync(string expression)
    {
        var waited = Stopwatch.StartNew();
        while (await AskAsync(expression) != "true")
        {
            Assert.IsLessThan(Patience, waited.Elapsed, $"{expression} did not become true: {await AskAsync("document.body?.innerText")}");
            await Task.Delay(50);
        }
    }

    /// <summary>Chooses files, as a person does by the browser's dialog.</summary>
    public async Task ChooseAsync(string selector, params string[] files)
    {
        JsonElement document = await CallAsync("DOM.getDocument", new { });
        JsonElement input = await CallAsync("DOM.querySelector", new { nodeId = document.GetProperty("root").GetProperty("nodeId").GetInt32(), selector });
        await CallAsync("DOM.setFileInputFiles", new { nodeId = input.GetProperty("nodeId").GetInt32(), files });
    }

    /// <summary>Presses and releases a key.</summary>
    public async Task PressAsync(string key)
    {
        await CallAsync("Input.dispatchKeyEvent", new { type = "rawKeyDown", key, code = key, windowsVirtualKeyCode = 9 });
        await CallAsync("Input.dispatchKeyEvent", new { type = "keyUp", key, code = key, windowsVirtualKeyCode = 9 });
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _end.Dispose();
        // Its last children write for a moment yet.
        for (int tries = 20; Directory.Exists(_profile.Path); tries--)
        {
            try
            {
                _profile.Dispose();
            }
            catch (IOException) when (tries > 0)
            {
                await Task.Delay(100);
            }
        }
    }

    private async Task<string> EndpointAsync()
    {
        while (await _process.StandardError.ReadLineAsync(_end.Token) is { } line)
        {
            if (Endpoint().Match(line) is { Success: true } found)
            {
                return found.Value;
            }
        }

        throw new InvalidOperationException("The browser ended before it listened.");
    }

    private async Task<JsonElement> CallAsync(string method, object parameters)
    {
        int id = ++_sent;
        byte[] call = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?> { ["id"] = id, ["method"] = method, ["params"] = parameters, ["sessionId"] = _session }.Where(part => part.Value is not null).ToDictionary());
        await _socket.SendAsync(call, WebSocketMessageType.Text, endOfMessage: true, _end.Token);
        while (true)
        {
            JsonElement message = await ReceiveAsync();
            if (message.TryGetProperty("id", out JsonElement answered) && answered.GetInt32() == id)
            {
                return message.TryGetProperty("result", out JsonElement result) ? result : throw new InvalidOperationException($"{method}: {message}");
            }

            if (message.TryGetProperty("method", out JsonElement said) && said.GetString() == "Network.requestWillBeSent")
            {
                _requests.Add(message.GetProperty("params").GetProperty("request").GetProperty("url").GetString()!);
            }
        }
    }

    private async Task<JsonElement> ReceiveAsync()
    {
        using var message = new MemoryStream();
        byte[] part = new byte[1 << 16];
        ValueWebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(part.AsMemory(), _end.Token);
            message.Write(part.AsSpan(0, received.Count));
        }
        while (!received.EndOfMessage);
        return JsonDocument.Parse(Encoding.UTF8.GetString(message.ToArray())).RootElement;
    }

    [GeneratedRegex(@"ws://\S+")]
    private static partial Regex Endpoint();
}
