using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class PairedModalitiesTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void ByIndex_SameRows_StandBesideEachOther()
    {
        IDataView first = View([0, 1, 2], 10), second = View([0, 1, 2], 20);
        IDataView pairs = PairedModalities.ByIndex(first, second, "Sound");
        CollectionAssert.AreEqual(new[] { "Class", "Id", "Values", "Label", "SoundClass", "SoundId", "SoundValues", "SoundLabel" }, pairs.Schema.Select(column => column.Name).ToArray());
        Assert.AreEqual(3, pairs.GetRowCount());
        CollectionAssert.AreEqual(new[] { 10, 11, 12 }, pairs.GetColumn<int>("Id").ToArray());
        CollectionAssert.AreEqual(new[] { 20, 21, 22 }, pairs.GetColumn<int>("SoundId").ToArray());
        CollectionAssert.AreEqual(new[] { 21f, 42f }, pairs.GetColumn<float[]>("SoundValues").ElementAt(1));
        CollectionAssert.AreEqual(first.GetColumn<uint>("Label").ToArray(), pairs.GetColumn<uint>("SoundLabel").ToArray());
        // The key's names come along.
        IDataView named = _mlContext.Transforms.Conversion.MapKeyToValue("Name", "SoundLabel").Fit(pairs).Transform(pairs);
        CollectionAssert.AreEqual(new[] { "class 0", "class 1", "class 2" }, named.GetColumn<string>("Name").ToArray());
    }

    [TestMethod]
    public void ByIndex_DifferentCounts_SaysBoth() =>
        Fails("The first modality has 3 rows and the second 4", () => PairedModalities.ByIndex(View([0, 1, 2]), View([0, 1, 2, 0]), "Sound"));

    [TestMethod]
    public void ByIndex_DifferentCountsThatNobodyKnew_SaysBoth()
    {
        IDataView filtered = _mlContext.Data.FilterRowsByColumn(_mlContext.Transforms.Conversion.ConvertType("Number", "Id").Fit(View([0, 1, 2])).Transform(View([0, 1, 2])), "Number", 1);
        Assert.IsNull(filtered.GetRowCount());
        IDataView unlabelled = _mlContext.Transforms.DropColumns("Label").Fit(filtered).Transform(filtered);
        Fails("The first modality has 2 rows and the second 3", () => PairedModalities.ByIndex(unlabelled, View([0, 1, 2]), "Sound"));
    }

    [TestMethod]
    public void ByIndex_LabelsThatDiffer_NamesTheRow() =>
        Fails("Row 1 has label key 2 in the first modality and 3 in the second", () => PairedModalities.ByIndex(View([0, 1, 2]), View([0, 2, 1]), "Sound"));

    [TestMethod]
    public void ByClass_EveryRow_HasAPartnerOfItsClassEvenlyUsed()
    {
        int[] firstClasses = [.. Enumerable.Range(0, 60).Select(i => i % 3)], secondClasses = [.. Enumerable.Range(0, 12).Select(i => i / 4)];
        IDataView pairs = PairedModalities.ByClass(View(firstClasses), View(secondClasses), "Sound", seed: 4);
        CollectionAssert.AreEqual(pairs.GetColumn<uint>("Label").ToArray(), pairs.GetColumn<uint>("SoundLabel").ToArray());
        int[] partners = [.. pairs.GetColumn<int>("SoundId")];
        // 20 rows of each class share 4 partners.
        Assert.IsTrue(partners.CountBy(id => id).All(pair => pair.Value == 5), string.Join(' ', partners));
        CollectionAssert.AreEqual(partners, pairs.GetColumn<int>("SoundId").ToArray(), "another pass");
        CollectionAssert.AreEqual(partners, PairedModalities.ByClass(View(firstClasses), View(secondClasses), "Sound", seed: 4).GetColumn<int>("SoundId").ToArray());
        CollectionAssert.AreNotEqual(partners, PairedModalities.ByClass(View(firstClasses), View(secondClasses), "Sound", seed: 5).GetColumn<int>("SoundId").ToArray());
    }

    [TestMethod]
    public void ByClass_ClassWithoutPartner_NamesIt() =>
        Fails("Row 2 of the first modality is of class 'class 2', of which the second has no row", () => PairedModalities.ByClass(View([0, 1, 2]), View([0, 1, 1]), "Sound", 1));

    [TestMethod]
    public void ByClass_RowWithoutLabel_NamesIt() =>
        Fails("Row 1 of the first modality has no label in column 'Label'", () => PairedModalities.ByClass(View([0, -1, 2]), View([0, 1, 2]), "Sound", 1));

    [TestMethod]
    public void Pair_OtherClasses_NamesTheDifference()
    {
        IDataView four = View([0, 1], count: 4), others = View([0, 1, 2], named: "kind");
        Fails("Column 'Label' has 3 classes in the first modality and 4 in the second", () => PairedModalities.ByClass(View([0, 1]), four, "Sound", 1));
        Fails("Key 1 of column 'Label' is 'class 0' in the first modality and 'kind 0' in the second", () => PairedModalities.ByIndex(View([0, 1, 2]), others, "Sound"));
    }

    [TestMethod]
    public void Pair_PrefixThatCollides_IsRefused()
    {
        IDataView first = View([0, 1, 2]);
        IDataView copied = _mlContext.Transforms.CopyColumns("SoundId", "Id").Fit(first).Transform(first);
        Fails("prefix is 'Sound', which makes 'SoundId'", () => PairedModalities.ByIndex(copied, first, "Sound"));
    }

    [TestMethod]
    public void Pairs_OnlyWhatIsAskedFor_IsRead()
    {
        IDataView pairs = PairedModalities.ByIndex(View([0, 1]), View([0, 1]), "Sound");
        using DataViewRowCursor cursor = pairs.GetRowCursor([pairs.Schema["SoundId"]]);
        Assert.IsFalse(cursor.IsColumnActive(pairs.Schema["Id"]));
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<int>(pairs.Schema["Id"]));
        ValueGetter<int> id = cursor.GetGetter<int>(pairs.Schema["SoundId"]);
        int value = 0;
        Assert.ThrowsExactly<InvalidOperationException>(() => id(ref value), "before the first row");
        Assert.IsTrue(cursor.MoveNext());
        id(ref value);
        Assert.AreEqual(0, value);
        Assert.HasCount(1, pairs.GetRowCursorSet(pairs.Schema, 4));
    }

    private IDataView View(int[] classes, int firstId = 0, int? count = null, string named = "class")
    {
        IDataView view = _mlContext.Data.LoadFromEnumerable(classes.Select((label, i) => new Row { Class = label < 0 ? null : $"{named} {label}", Id = firstId + i, Values = [firstId + i, 2 * (firstId + i)] }));
        IDataView names = _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, count ?? 3).Select(label => new Name { Class = $"{named} {label}" }));
        return _mlContext.Transforms.Conversion.MapValueToKey("Label", "Class", keyData: names).Fit(view).Transform(view);
    }

    private static void Fails(string expected, Action action) => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(action).Message, expected);

    private sealed class Row
    {
        public string? Class { get; set; }

        public int Id { get; set; }

        [VectorType(2)]
        public float[] Values { get; set; } = [];
    }

    private sealed class Name
    {
        public string Class { get; set; } = "";
    }
}
