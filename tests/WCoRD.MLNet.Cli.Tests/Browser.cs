namespace WCoRD.MLNet.Tests;

/// <summary>A headless browser, where the machine has one; tests without it are skipped.</summary>
internal static class Browser
{
    private static readonly string[] Names = ["chromium", "google-chrome", "chrome"];

    /// <summary>Opens a page, lets a script look at it, and gives what the script returns.</summary>
    /// <param name="page">The HTML file.</param>
    /// <param name="width">The window's width in CSS pixels; below 500 the browser takes 500.</param>
    /// <param name="expression">JavaScript whose value is a text.</param>
    public static string Ask(string page, int width, string expression)
    {
        string asking = page + ".asking.html";
        File.WriteAllText(asking, File.ReadAllText(page) + $"<script>document.title = {expression};</script>");
        var (exitCode, output, errors) = ChildProcess.Run(Program(), "--headless", "--no-sandbox", "--disable-gpu", $"--window-size={width},900", "--dump-dom", new Uri(asking).AbsoluteUri);
        Assert.AreEqual(0, exitCode, errors);
        int from = output.IndexOf("<title>", StringComparison.Ordinal) + "<title>".Length;
        return output[from..output.IndexOf("</title>", from, StringComparison.Ordinal)];
    }

    /// <summary>The browser; a test without one is skipped.</summary>
    public static string Program()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string? found = Names.SelectMany(_ => folders, (name, folder) => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (found is null)
        {
            Assert.Inconclusive($"No browser found ({string.Join(", ", Names)}): install one to look at pages in it.");
        }

        return found!;
    }
}
