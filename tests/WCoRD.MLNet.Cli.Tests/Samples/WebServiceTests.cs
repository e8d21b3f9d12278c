using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

/// <summary>The web service of <c>samples/</c>: what it answers, and a minute at its limit.</summary>
[TestClass]
public sealed class WebServiceTests
{
    private const int Clients = 16;
    private const int Waiting = 32;
    private static readonly TimeSpan LoadTime = TimeSpan.FromSeconds(60);
    private static readonly string Program = Path.Combine(RepositoryFolder.Root, "samples", "web-service.cs");

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [TestCategory("Long")]
    public async Task Classify_AMinuteAtItsLimit_LosesNothing()
    {
        LongTest.Require();
        using var folder = new TemporaryFolder();
        string photos = folder.File("photos"), model = folder.File("model.zip"), next = folder.File("next.zip");
        MadePhotographs.Write(photos, each: 8);
        await TeachAsync(photos, model, epochs: 6);
        await TeachAsync(photos, next, epochs: 1);
        Packages.Succeed("dotnet", "build", "--configuration", "Release", Program);

        using Process service = Start(model, out Task<Uri> listening);
        try
        {
            using var client = new HttpClient { BaseAddress = await listening.WaitAsync(TimeSpan.FromMinutes(1)), Timeout = TimeSpan.FromMinutes(1) };
            Assert.AreEqual(HttpStatusCode.OK, (await client.GetAsync("health")).StatusCode);
            using HttpResponseMessage refused = await client.PostAsync("classify", new StringContent("no picture"));
            Assert.AreEqual(HttpStatusCode.BadRequest, refused.StatusCode);
            StringAssert.Contains(await refused.Content.ReadAsStringAsync(), "expected JPEG, PNG, BMP, GIF or WebP");
            (byte[] Picture, string Expected)[] asked = Expect(photos, model);
            foreach ((byte[] picture, string expected) in asked)
            {
                Assert.AreEqual(expected, await ClassAsync(await client.PostAsync("classify", new ByteArrayContent(picture))));
            }

            double before = Megabytes(service);
            var clock = Stopwatch.StartNew();
            var replaced = Task.Delay(LoadTime / 2).ContinueWith(_ => File.Move(next, model, overwrite: true), TaskScheduler.Default);
            List<double>[] times = await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => AskAsync(client, asked, i, clock)));
            await replaced;
            double[] all = [.. times.SelectMany(each => each).Order()];
            Assert.IsGreaterThan(Clients * 10, all.Length);

            // The new model answers now, and the health says since when.
            foreach ((byte[] picture, string expected) in Expect(photos, model))
            {
                Assert.AreEqual(expected, await ClassAsync(await client.PostAsync("classify", new ByteArrayContent(picture))));
            }

            await OverloadAsync(client, asked[0].Picture);

            // A file that is no model changes nothing but the health.
            await File.WriteAllTextAsync(model, "no model");
            await UntilAsync(async () => (await client.GetStringAsync("health")).Contains("Degraded", StringComparison.Ordinal));
            Assert.AreEqual(HttpStatusCode.OK, (await client.PostAsync("classify", new ByteArrayContent(asked[0].Picture))).StatusCode);
            double after = Megabytes(service);
            TestContext.WriteLine(Invariant($"{all.Length} answers in {LoadTime.TotalSeconds} s, {Clients} clients at once: {all.Length / LoadTime.TotalSeconds:F0} a second, ")
                + Invariant($"median {all[all.Length / 2]:F1} ms, 99 % below {all[all.Length * 99 / 100]:F1} ms; memory {before:F0} MB before, {after:F0} MB after"));
            Assert.IsLessThan(before + 200, after);
        }
        finally
        {
            service.Kill(entireProcessTree: true);
            await service.WaitForExitAsync();
        }
    }

    private static async Task<List<double>> AskAsync(HttpClient client, (byte[] Picture, string Expected)[] asked, int number, Stopwatch clock)
    {
        List<double> times = [];
        for (int i = number; clock.Elapsed < LoadTime; i++)
        {
            TimeSpan start = clock.Elapsed;
            // Whatever is lost or refused throws.
            _ = await ClassAsync(await client.PostAsync("classify", new ByteArrayContent(asked[i % asked.Length].Picture)));
            times.Add((clock.Elapsed - start).TotalMilliseconds);
        }

        return times;
    }

    // Far more at once than may wait: each is served or told to come again, and afterwards all is as before.
    private static async Task OverloadAsync(HttpClient client, byte[] picture)
    {
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 20 * Waiting).Select(_ => client.PostAsync("classify", new ByteArrayContent(picture))));
        Assert.IsTrue(answers.All(answer => answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable));
        Assert.IsTrue(answers.Any(answer => answer.StatusCode == HttpStatusCode.OK) && answers.Any(answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable));
        Assert.AreEqual(HttpStatusCode.OK, (await client.PostAsync("classify", new ByteArrayContent(picture))).StatusCode);
    }

    // What ML.NET says of the same pictures, without a service.
    private static (byte[] Picture, string Expected)[] Expect(string photos, string model)
    {
        var mlContext = new MLContext(1);
        ITransformer loaded = mlContext.Model.Load(model, out _);
        using var disposable = loaded as IDisposable;
        IDataView rows = mlContext.Data.LoadFromImageFolder(Path.Combine(photos, "test"), new ImageFolderOptions { Height = 32, Width = 32 });
        IDataView scored = loaded.Transform(rows);
        scored = mlContext.Transforms.Conversion.MapKeyToValue("Class", "PredictedLabel").Fit(scored).Transform(scored);
        return [.. scored.GetColumn<string>("ImagePath").Zip(scored.GetColumn<string>("Class"), (path, name) => (File.ReadAllBytes(path), name))];
    }

    private static async Task<string> ClassAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, await answer.Content.ReadAsStringAsync());
            JsonElement found = await answer.Content.ReadFromJsonAsync<JsonElement>();
            return found.GetProperty("guesses")[0].GetProperty("class").GetString()!;
        }
    }

    private static async Task TeachAsync(string photos, string model, int epochs)
    {
        (int exitCode, _, string errors) = await Tool.RunHereAsync(
            "teach", "--data", photos, "--image-size", "32", "--network", "resnet8", "--epochs", epochs.ToString(CultureInfo.InvariantCulture), "--batch-size", "8", "--seed", "1", "--out", model);
        Assert.AreEqual(0, exitCode, errors);
    }

    private static Process Start(string model, out Task<Uri> listening)
    {
        var start = new ProcessStartInfo("dotnet", ["run", "--no-build", "--configuration", "Release", Program, "--", "--model", model, "--waiting", Waiting.ToString(CultureInfo.InvariantCulture), "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
        };
        Process service = Process.Start(start)!;
        var found = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        service.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Split("Now listening on: ") is [_, string address])
            {
                found.TrySetResult(new Uri(address));
            }
        };
        service.BeginOutputReadLine();
        listening = found.Task;
        return service;
    }

    // `dotnet run` starts the service as a child.
    private static double Megabytes(Process service)
    {
        using var process = Process.GetProcessById(RunningProcess.ChildrenOf(service.Id).Single());
        return process.WorkingSet64 / 1e6;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (int tries = 0; !await condition(); tries++)
        {
            Assert.IsLessThan(100, tries, "It did not come true.");
            await Task.Delay(100);
        }
    }
}
