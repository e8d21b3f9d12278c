using System.Text.Json;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Studies.Views;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TrialTableTests
{
    [TestMethod]
    public void Table_SeveralSeeds_GivesMeanAndDeviation()
    {
        TrialTable table = Table();
        string expected = """
            | the student sees | method | top-1 % | top-5 % |
            |---|---|---|---|
            | rgb | teacher | 72.63 | 90.00 |
            | rgb8 | alone | 12.00 +- 2.00 (10.00, 12.00, 14.00) | 31.00 |

            """;
        Assert.AreEqual(expected.ReplaceLineEndings("\n"), table.ToMarkdown());
    }

    [TestMethod]
    public void Table_AsJson_HoldsEveryRun()
    {
        JsonElement json = JsonSerializer.SerializeToElement(Table().ToJson());
        Assert.AreEqual(2, json.GetArrayLength());
        Assert.AreEqual(JsonValueKind.Null, json[0].GetProperty("Runs")[0].GetProperty("Seed").ValueKind);
        Assert.AreEqual(14, json[1].GetProperty("Runs")[2].GetProperty("Top1").GetDouble());
    }

    private static TrialTable Table()
    {
        var table = new TrialTable();
        table.Add(new Trial("rgb", "teacher", Seeded: false, _ => throw new InvalidOperationException()), null, new Accuracy(72.63, 90, 100));
        var alone = new Trial("rgb8", "alone", Seeded: true, _ => throw new InvalidOperationException());
        table.Add(alone, 1, new Accuracy(10, 30, 100));
        table.Add(alone, 2, new Accuracy(12, 31, 100));
        table.Add(alone, 3, new Accuracy(14, 32, 100));
        return table;
    }
}
