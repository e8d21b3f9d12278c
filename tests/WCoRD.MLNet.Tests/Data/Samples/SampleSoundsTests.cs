using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class SampleSoundsTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void Write_SameSeed_PairsWithTheImagesRowByRow()
    {
        using var folder = new TemporaryFolder();
        SampleImages.Write(folder.Path, 300, 100, seed: 3);
        SampleSounds.Write(folder.Path, 300, 100, seed: 3);
        IDataView images = _mlContext.Data.LoadFromCifar100(folder.Path, Cifar100Split.Test);
        IDataView sounds = _mlContext.Data.LoadFromFixedRecords(folder.File("test-sounds.bin"), SampleSounds.Layout);
        IDataView pairs = PairedModalities.ByIndex(images, sounds, "Sound");
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Byte, 1, 32, 32), pairs.Schema["SoundPixels"].Type);
        Assert.AreEqual(100, pairs.GetColumn<uint>("SoundLabel").Distinct().Count());
    }

    [TestMethod]
    public void Write_Twice_GivesTheSameBytesAndAPrefix()
    {
        using var folder = new TemporaryFolder();
        SampleSounds.Write(folder.File("a"), 200, 1, seed: 3);
        SampleSounds.Write(folder.File("b"), 100, 1, seed: 3);
        byte[] longer = File.ReadAllBytes(Path.Combine(folder.File("a"), "train-sounds.bin")), shorter = File.ReadAllBytes(Path.Combine(folder.File("b"), "train-sounds.bin"));
        Assert.HasCount(200 * 1025, longer);
        CollectionAssert.AreEqual(shorter, longer[..shorter.Length]);
    }

    [TestMethod]
    public void Write_Sounds_CanBeLearned()
    {
        LongTest.Require();
        using var folder = new TemporaryFolder();
        SampleSounds.Write(folder.Path, 1500, 300, seed: 3);
        IDataView train = Coarse("train-sounds.bin"), test = Coarse("test-sounds.bin");
        // Nearest mean of each of the 20 shapes: chance is 5 %.
        var means = train.GetColumn<uint>("Label").Zip(train.GetColumn<byte[]>("Pixels"))
            .GroupBy(row => (row.First - 1) / 5)
            .ToDictionary(group => group.Key, group => Enumerable.Range(0, 1024).Select(i => group.Average(row => (double)row.Second[i])).ToArray());
        double right = test.GetColumn<uint>("Label").Zip(test.GetColumn<byte[]>("Pixels"))
            .Count(row => means.MinBy(mean => mean.Value.Zip(row.Second, (expected, found) => (expected - found) * (expected - found)).Sum()).Key == (row.First - 1) / 5);
        Assert.IsTrue(right / 300 is > 0.3 and < 1, $"{right / 300:P1}");

        IDataView Coarse(string file) => _mlContext.Data.LoadFromFixedRecords(folder.File(file), SampleSounds.Layout);
    }
}
