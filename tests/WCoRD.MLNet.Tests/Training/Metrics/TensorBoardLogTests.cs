using System.Buffers.Binary;
using Tensorboard;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TensorBoardLogTests
{
    [TestMethod]
    public void Report_Epochs_WritesEventsThatTensorBoardReads()
    {
        using var folder = new TemporaryFolder();
        var log = new TensorBoardLog(folder.File("run"));
        log.Report(MadeEpoch.Of(1, 2, 0.05, 3, new Dictionary<string, double> { ["ce"] = 2, ["gckt"] = 1.25 }, 0.25, null, new Dictionary<string, double> { ["lckt_error"] = 0.125 }));
        log.Report(MadeEpoch.Of(2, 2, 0.005, 2, new Dictionary<string, double> { ["ce"] = 1, ["gckt"] = 1.25 }, 0.5, 0.4));

        string file = Directory.GetFiles(folder.File("run"), "*tfevents*").Single();
        (string Tag, long Step, float Value)[] scalars = [.. Events(File.ReadAllBytes(file)).Where(found => found.Summary is not null).SelectMany(found => found.Summary.Value.Select(value => (value.Tag, found.Step, value.SimpleValue)))];
        CollectionAssert.AreEquivalent(
            new (string, long, float)[]
            {
                ("loss/total", 1, 3), ("loss/ce", 1, 2), ("loss/gckt", 1, 1.25f), ("metric/lckt_error", 1, 0.125f), ("accuracy/training", 1, 25), ("schedule/learning rate", 1, 0.05f), ("speed/examples per second", 1, 100),
                ("loss/total", 2, 2), ("loss/ce", 2, 1), ("loss/gckt", 2, 1.25f), ("accuracy/training", 2, 50), ("accuracy/validation", 2, 40), ("schedule/learning rate", 2, 0.005f), ("speed/examples per second", 2, 100),
            },
            scalars);
    }

    /// <summary>TensorFlow's records: length, its masked CRC-32C, data, its masked CRC-32C.</summary>
    private static IEnumerable<Event> Events(byte[] file)
    {
        for (int at = 0; at < file.Length;)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.AreEqual(Masked(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            Assert.AreEqual(Masked(file.AsSpan(at + 12, length)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            yield return Event.Parser.ParseFrom(file, at + 12, length);
            at += length + 16;
        }
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte next in data)
        {
            crc = System.Numerics.BitOperations.Crc32C(crc, next);
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
    }
}
