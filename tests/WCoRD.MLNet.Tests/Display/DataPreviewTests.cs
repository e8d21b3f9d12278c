using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class DataPreviewTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void Of_Images_DrawsTheirPixels()
    {
        TinyImages.Row[] rows = TinyImages.Rows(3);
        DataPreview preview = DataPreview.Of(TinyImages.View(_mlContext, rows), 2, ["Pixels", "Label"]);
        Assert.HasCount(2, preview.Rows);
        Assert.AreEqual("class 1", preview.Rows[1][1]);
        byte[] png = Convert.FromBase64String(preview.Rows[1][0]["data:image/png;base64,".Length..]);
        using MLImage image = MLImage.CreateFromStream(new MemoryStream(png));
        Assert.AreEqual((TinyImages.Side, TinyImages.Side), (image.Width, image.Height));
        int plane = TinyImages.Side * TinyImages.Side;
        (int red, int blue) = image.PixelFormat == MLPixelFormat.Bgra32 ? (2, 0) : (0, 2);
        for (int at = 0; at < plane; at++)
        {
            byte[] found = [image.Pixels[(4 * at) + red], image.Pixels[(4 * at) + 1], image.Pixels[(4 * at) + blue]];
            CollectionAssert.AreEqual(new[] { rows[1].Pixels[at], rows[1].Pixels[at + plane], rows[1].Pixels[at + (2 * plane)] }, found, $"pixel {at}");
        }
    }

    [TestMethod]
    public void Of_ScoredRows_ShowsNamesProbabilitiesAndErrors()
    {
        DataPreview preview = DataPreview.Of(ScoredRows.View(_mlContext, (1, 1), (2, 3)));
        Assert.AreEqual("3", Value(1, "PredictedLabel"));
        Assert.AreEqual("2, 0, 4, ... (4)", Value(1, "Features"));
        Assert.AreEqual(3, preview.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        StringAssert.StartsWith(preview.ToHtml(), "<table");

        string Value(int row, string column) => preview.Rows[row][preview.ColumnNames.ToList().IndexOf(column)];
    }

    [TestMethod]
    public void ToHtml_AWrongPrediction_IsRed()
    {
        var preview = new DataPreview(["Pixels", "Label", "PredictedLabel"], [["data:image/png;base64,", "cat", "cat"], ["data:image/png;base64,", "cat", "<dog>"]]);
        string html = preview.ToHtml();
        Assert.AreEqual(1, Regex.Count(html, "#b00020"));
        StringAssert.Contains(html, "color:#b00020\">PredictedLabel: &lt;dog&gt;");
    }

    [TestMethod]
    public void Of_AnAbsentColumn_IsNamed()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => DataPreview.Of(TinyImages.View(_mlContext, 3), columnNames: ["Nothing"]));
        StringAssert.Contains(fault.Message, "'Nothing'");
    }

    [TestMethod]
    public void Of_OtherTypes_ShowsTheirValues()
    {
        IDataView view = _mlContext.Data.LoadFromEnumerable([new { Text = "a", Flag = true, Number = 1.5f, Wide = 2.25, Whole = 3, Long = 4L }]);
        CollectionAssert.AreEqual(new[] { "a", "True", "1.5", "2.25", "3", "4" }, DataPreview.Of(view).Rows[0].ToArray());
    }
}
