using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class DataRowsTests
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("wcord-test").FullName, "train.bin");

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [TestMethod]
    [DataRow(100, "0 1 2")]
    [DataRow(201, "0 1 2 3 4 5 6")]
    [DataRow(null, "0 1 2 3 4 5 6 7 8")]
    public void Limit_Rows_TakesTheFirstRowsOfEachClass(int? limit, string expected)
    {
        // 300 rows of class 99 behind the rows of interest keep the limits below the row count.
        byte[] labels = [0, 1, 2, 0, 0, 1, 2, 2, 0, .. Enumerable.Repeat((byte)99, 300)];
        byte[] records = new byte[labels.Length * 3074];
        for (int row = 0; row < labels.Length; row++)
        {
            records[(row * 3074) + 1] = labels[row];
            records[(row * 3074) + 2] = (byte)row;
        }

        File.WriteAllBytes(_file, records);
        IDataView data = DataRows.Limit(new MLContext().Data.LoadFromCifar100(_file), limit);
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        var getLabel = cursor.GetGetter<uint>(data.Schema["Label"]);
        var getPixels = cursor.GetGetter<Microsoft.ML.Data.VBuffer<byte>>(data.Schema["Pixels"]);
        var rows = new List<byte>();
        uint label = 0;
        Microsoft.ML.Data.VBuffer<byte> pixels = default;
        while (cursor.MoveNext())
        {
            getLabel(ref label);
            getPixels(ref pixels);
            if (label != 100)
            {
                rows.Add(pixels.GetItemOrDefault(0));
            }
        }

        Assert.AreEqual(expected, string.Join(' ', rows));
    }
}
