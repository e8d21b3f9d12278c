using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;

namespace WCoRD.MLNet.Tests;

/// <summary>The page of <c>wcord export --web</c> in a browser, beside the library's own scores.</summary>
[TestClass]
public sealed class WebPageTests
{
    private const int Height = 8;
    private const int Width = 12;

    // Every result with its classes, the latest first.
    private const string Results = "JSON.stringify([...document.querySelectorAll('#results > li')].map(item => [item.querySelector('h2')?.firstChild.textContent.trim() ?? item.textContent, "
        + "...[...item.querySelectorAll('.classes li')].map(row => row.firstChild.textContent + ' ' + row.querySelector('data').value)]))";

    private static string _folder = "";

    private static string PageFolder => Path.Combine(_folder, "page");

    private static string[] Pictures { get; } = ["exact.png", "clear.png", "large.png", "large.jpg"];

    private static string OnDisk => new Uri(Path.Combine(PageFolder, "index.html")).AbsoluteUri;

    [ClassInitialize]
    public static async Task ExportAPage(TestContext context)
    {
        _ = context;
        _folder = Directory.CreateTempSubdirectory("wcord-test").FullName;
        WritePictures();
        var mlContext = new MLContext(seed: 1);
        using NetworkTransformer network = ScoringFixture.Model(mlContext, ScoringFixture.Description with { Height = Height, Width = Width });
        IDataView paths = Paths(mlContext);
        ITransformer model = new TransformerChain<ITransformer>(mlContext.Transforms.LoadPixels("Pixels", "ImagePath", Height, Width).Fit(paths), network);
        mlContext.Model.Save(model, paths.Schema, Path.Combine(_folder, "animals.zip"));
        if (NpmRuntime.IsThere)
        {
            var (exitCode, output, errors) = await Tool.RunHereAsync("export", "--model", Path.Combine(_folder, "animals.zip"), "--web", PageFolder, "--runtime", NpmRuntime.Folder);
            Assert.AreEqual(0, exitCode, errors);
            StringAssert.Contains(output, $"python3 -m http.server --directory {PageFolder}");
        }
    }

    [ClassCleanup]
    public static void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task Page_PicturesChosen_ScoresAsTheModelAndAsksForNothing()
    {
        using var server = new FileServer(PageFolder);
        await using BrowserPage page = await OpenAsync(server.Address);
        await page.ChooseAsync("#files", [.. Pictures.Select(name => Path.Combine(_folder, name))]);
        await page.WaitAsync($"document.querySelectorAll('#results > li').length === {Pictures.Length}");
        Dictionary<string, string[]> found = JsonSerializer.Deserialize<string[][]>(await page.AskAsync(Results))!.ToDictionary(result => result[0], result => result[1..]);

        foreach ((string name, float[] expected) in Expected())
        {
            // Pictures of the network's own size need no resizing, in which programs differ.
            AreThose(expected, found[name], name.StartsWith("large", StringComparison.Ordinal) ? 0.02f : 1e-5f, name);
        }

        StringAssert.Matches(await page.AskAsync("document.querySelector('.time').textContent"), new(@"^\d+\.\d ms$"));
        // One request, for the page; what else it shows lies within it. Its own script cannot make another.
        CollectionAssert.AreEqual(new[] { server.Address }, page.Requests.Where(address => !address.StartsWith("blob:", StringComparison.Ordinal) && !address.StartsWith("data:", StringComparison.Ordinal)).ToArray());
        Assert.AreEqual("TypeError", await page.AskAsync($"fetch('{server.Address}more').then(() => 'answered', fault => fault.name)"));
        Assert.AreEqual("error", await page.AskAsync($"new Promise(done => {{ const image = new Image(); image.onload = image.onerror = event => done(event.type); image.src = '{server.Address}more.png'; }})"));
        CollectionAssert.AreEqual(new[] { "/" }, server.Asked);
    }

    [TestMethod]
    public async Task Page_OpenedFromTheDisk_ScoresWhatIsDropped()
    {
        await using BrowserPage page = await OpenAsync(OnDisk);
        string bytes = Convert.ToBase64String(await File.ReadAllBytesAsync(Path.Combine(_folder, "exact.png")));
        await page.AskAsync($"(() => {{ const carried = new DataTransfer(); carried.items.add(new File([Uint8Array.from(atob('{bytes}'), c => c.charCodeAt(0))], 'dropped.png')); "
            + "document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true })); })()");
        await page.WaitAsync("document.querySelectorAll('#results > li').length === 1");
        string[] found = JsonSerializer.Deserialize<string[][]>(await page.AskAsync(Results))!.Single();
        Assert.AreEqual("dropped.png", found[0]);
        AreThose(Expected()["exact.png"], found[1..], 1e-5f, found[0]);
    }

    [TestMethod]
    public async Task Page_WhatIsNoPicture_IsSaid()
    {
        string notes = Path.Combine(_folder, "notes.png"), cut = Path.Combine(_folder, "cut.png");
        await File.WriteAllTextAsync(notes, "no picture");
        await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(Path.Combine(_folder, "large.png")))[..40]);
        await using BrowserPage page = await OpenAsync(OnDisk);
        await page.ChooseAsync("#files", notes, cut);
        await page.WaitAsync("document.querySelectorAll('#results > li.fault').length === 2");
        StringAssert.StartsWith(JsonSerializer.Deserialize<string[][]>(await page.AskAsync(Results))![1][0], "notes.png: this browser cannot read it as a picture. Expected a whole JPEG, PNG");
    }

    [TestMethod]
    [DataRow(360)]
    [DataRow(1280)]
    public async Task Page_AnyWidth_FitsAndIsReachedByKeys(int width)
    {
        await using BrowserPage page = await OpenAsync(OnDisk, width);
        await page.PressAsync("Tab");
        Assert.AreEqual("files", await page.AskAsync("document.activeElement.id"));
        await page.PressAsync("Tab");
        Assert.AreEqual("SUMMARY", await page.AskAsync("document.activeElement.tagName"));
        await page.AskAsync("document.querySelector('details').open = true");
        await page.ChooseAsync("#files", Path.Combine(_folder, "large.png"));
        await page.WaitAsync("document.querySelectorAll('#results > li').length === 1");
        Assert.AreEqual("true", await page.AskAsync("document.documentElement.scrollWidth <= innerWidth"));
    }

    private static async Task<BrowserPage> OpenAsync(string address, int width = 900)
    {
        NpmRuntime.Require();
        BrowserPage page = await BrowserPage.OpenAsync(address, width);
        try
        {
            await page.WaitAsync("document.getElementById('status')?.textContent === 'Ready.'");
            return page;
        }
        catch
        {
            await page.DisposeAsync();
            throw;
        }
    }

    private static void WritePictures()
    {
        var random = new Random(5);
        Write("exact.png", Width, Height, (_, _) => new SKColor((uint)random.Next() | 0xff000000));
        // Transparent pixels lie over white.
        Write("clear.png", Width, Height, (x, y) => (x + y) % 3 == 0 ? SKColors.Transparent : new SKColor((byte)(20 * x), (byte)(30 * y), 90));
        Write("large.png", 90, 45, Waves);
        Write("large.jpg", 60, 80, Waves);

        static SKColor Waves(int x, int y) => new((byte)(127 + (120 * Math.Sin(x / 9.0))), (byte)(127 + (120 * Math.Cos(y / 7.0))), (byte)((2 * x) + y));
    }

    private static void Write(string name, int width, int height, Func<int, int, SKColor> colour)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Unpremul));
        for (int i = 0; i < width * height; i++)
        {
            bitmap.SetPixel(i % width, i / width, colour(i % width, i / width));
        }

        using SKData data = bitmap.Encode(name.EndsWith("jpg", StringComparison.Ordinal) ? SKEncodedImageFormat.Jpeg : SKEncodedImageFormat.Png, quality: 95);
        File.WriteAllBytes(Path.Combine(_folder, name), data.ToArray());
    }

    private static IDataView Paths(MLContext mlContext) => mlContext.Data.LoadFromEnumerable(Pictures.Select(name => new PathRow { ImagePath = Path.Combine(_folder, name) }));

    /// <summary>The library's own scores.</summary>
    private static Dictionary<string, float[]> Expected()
    {
        var mlContext = new MLContext(seed: 1);
        ITransformer model = mlContext.Model.Load(Path.Combine(_folder, "animals.zip"), out _);
        return Pictures.Zip(model.Transform(Paths(mlContext)).GetColumn<float[]>("Score")).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private static void AreThose(float[] scores, string[] found, float tolerance, string name)
    {
        string[] order = [.. ScoringFixture.ClassNames.OrderByDescending(animal => scores[Array.IndexOf(ScoringFixture.ClassNames, animal)])];
        CollectionAssert.AreEqual(order, found.Select(row => row.Split(' ')[0]).ToArray(), name);
        foreach (string[] row in found.Select(row => row.Split(' ')))
        {
            Assert.AreEqual(scores[Array.IndexOf(ScoringFixture.ClassNames, row[0])], float.Parse(row[1], CultureInfo.InvariantCulture), tolerance, $"{name}: {row[0]}");
        }
    }

    private sealed class PathRow
    {
        public string ImagePath { get; init; } = "";
    }
}
