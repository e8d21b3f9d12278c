// A web service that classifies uploaded pictures, on many threads, and takes a new model without a stop.
//   dotnet run samples/web-service.cs -- --model student.zip
//   curl --data-binary @holiday.jpg http://localhost:5000/classify
// The model: a chain that begins with LoadPixels("Pixels", "ImagePath", ...), as `wcord teach` and `wcord distill` save for photographs.
#:sdk Microsoft.NET.Sdk.Web
#:project ../src/WCoRD.MLNet/WCoRD.MLNet.csproj
#:package TorchSharp-cpu
#:package Microsoft.ML.OnnxRuntime

using System.Collections.Concurrent;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.ML;
using Microsoft.ML.Data;

var builder = WebApplication.CreateSlimBuilder(args);
string path = builder.Configuration["model"] ?? throw new ArgumentException("--model is missing: name a model that takes photographs.");
int atOnce = builder.Configuration.GetValue("at-once", Environment.ProcessorCount), waiting = builder.Configuration.GetValue("waiting", 100);
// One picture is too little work to share among cores: as many requests as cores, one thread each.
TorchSharp.torch.set_num_threads(1);

builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
// A model that cannot be used ends the service here, not at the first request.
builder.Services.AddSingleton(new Classifiers(path));
builder.Services.AddHealthChecks().AddCheck<ClassifierHealth>("model");
// Beyond what can be served and may wait, a client is told at once to come again, instead of everybody being slow.
builder.Services.AddRateLimiter(limits => limits
    .AddConcurrencyLimiter("classify", limit => (limit.PermitLimit, limit.QueueLimit) = (atOnce, waiting))
    .RejectionStatusCode = StatusCodes.Status503ServiceUnavailable);
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = 20_000_000);

WebApplication app = builder.Build();
app.UseRateLimiter();
app.MapHealthChecks("/health", new HealthCheckOptions
{
    ResponseWriter = (context, report) =>
        context.Response.WriteAsync($"{report.Status}: {string.Join("; ", report.Entries.Values.Select(entry => entry.Description))}"),
});
app.MapPost("/classify", async (HttpRequest request, Classifiers classifiers) =>
{
    using var picture = new MemoryStream();
    await request.Body.CopyToAsync(picture, request.HttpContext.RequestAborted);
    try
    {
        return Results.Ok(classifiers.Classify(picture.ToArray()));
    }
    catch (Exception fault) when (fault.GetBaseException() is InvalidDataException)
    {
        return Results.Problem(fault.GetBaseException().Message, statusCode: StatusCodes.Status400BadRequest);
    }
}).RequireRateLimiting("classify");
app.Run();

/// <summary>The model in use, and engines that score with it: each serves one request at a time, all share the weights.</summary>
internal sealed class Classifiers : IDisposable
{
    private readonly FileSystemWatcher _watcher;
    private volatile Pool _pool;

    public Classifiers(string path)
    {
        string file = Path.GetFullPath(path);
        _pool = new Pool(file);
        _watcher = new FileSystemWatcher(Path.GetDirectoryName(file)!, Path.GetFileName(file)) { EnableRaisingEvents = true };
        // Put a new model in place by renaming it: then it is whole when it is seen.
        _watcher.Renamed += (_, _) => Reload(file);
        _watcher.Created += (_, _) => Reload(file);
        _watcher.Changed += (_, _) => Reload(file);
    }

    /// <summary>When the model was loaded.</summary>
    public DateTimeOffset LoadedAt => _pool.LoadedAt;

    /// <summary>Why the file that is there now could not be loaded; null: it was.</summary>
    public string? Fault { get; private set; }

    public Answer Classify(byte[] picture) => _pool.Classify(picture);

    public void Dispose() => _watcher.Dispose();

    // Requests under way end with the model that they began with.
    private void Reload(string file)
    {
        try
        {
            _pool = new Pool(file);
            Fault = null;
        }
        catch (Exception fault)
        {
            // The last good model goes on; /health tells.
            Fault = fault.GetBaseException().Message;
        }
    }
}

/// <summary>One model and its engines.</summary>
internal sealed class Pool
{
    private readonly MLContext _mlContext = new();
    private readonly ConcurrentBag<PredictionEngine<Upload, Scored>> _engines = [];
    private readonly ITransformer _model;
    private readonly string[] _classes;

    public Pool(string path)
    {
        _model = _mlContext.Model.Load(path, out _);
        PredictionEngine<Upload, Scored> first = Create();
        VBuffer<ReadOnlyMemory<char>> names = default;
        first.OutputSchema["Score"].GetSlotNames(ref names);
        _classes = [.. names.DenseValues().Select(name => name.ToString())];
        _engines.Add(first);
    }

    public DateTimeOffset LoadedAt { get; } = DateTimeOffset.UtcNow;

    public Answer Classify(byte[] picture)
    {
        PredictionEngine<Upload, Scored> engine = _engines.TryTake(out var free) ? free : Create();
        try
        {
            float[] scores = engine.Predict(new Upload { ImagePath = picture }).Score;
            var best = scores.Index().OrderByDescending(score => score.Item).Take(5).Select(score => new Guess(_classes[score.Index], score.Item));
            return new Answer([.. best]);
        }
        finally
        {
            _engines.Add(engine);
        }
    }

    private PredictionEngine<Upload, Scored> Create() =>
        _mlContext.Model.CreatePredictionEngine<Upload, Scored>(_model, new PredictionEngineOptions { OwnsTransformer = false });
}

/// <summary>Tells what watches the service whether the file that is there is the one that is served.</summary>
internal sealed class ClassifierHealth(Classifiers classifiers) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(classifiers.Fault is { } fault
            ? HealthCheckResult.Degraded($"the model of {classifiers.LoadedAt:s} is served: {fault}")
            : HealthCheckResult.Healthy($"model loaded at {classifiers.LoadedAt:s}"));
}

/// <summary>What the model reads: the bytes of a picture, in the column that holds paths elsewhere.</summary>
internal sealed class Upload
{
    public byte[] ImagePath { get; set; } = [];
}

internal sealed class Scored
{
    public float[] Score { get; set; } = [];
}

internal sealed record Answer(IReadOnlyList<Guess> Guesses);

internal sealed record Guess(string Class, float Probability);
