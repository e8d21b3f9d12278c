using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class AddedColumnsTests
{
    private readonly IDataView _rows = new MLContext(seed: 1).Data.LoadFromEnumerable(Enumerable.Range(1, 3).Select(number => new Row { Number = number, Other = -number }));

    [TestMethod]
    [DataRow("Double", "Number")]
    [DataRow("Other", "Other")]
    [DataRow("Other,Double", "Number,Other")]
    [DataRow("", "")]
    public void Dependencies_WantedColumns_AreWhatTheyAreMadeOf(string wanted, string expected)
    {
        var columns = new Doubled(_rows.Schema);
        bool[] active = columns.Active(wanted.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => columns.Output[name]));
        Assert.AreEqual(expected, string.Join(',', columns.Dependencies(active).Select(column => column.Name)));
        var mapper = new AddedColumnsMapper(columns);
        Assert.AreEqual(expected, string.Join(',', mapper.GetDependencies(columns.Output.Where(column => active[column.Index])).Select(column => column.Name)));
    }

    [TestMethod]
    public void Cursor_RowFetchedTwice_IsMadeOnce()
    {
        var columns = new Doubled(_rows.Schema);
        var view = new AddedColumnsView(_rows, columns);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Double"]]);
        ValueGetter<int> getter = cursor.GetGetter<int>(view.Schema["Double"]);
        int value = 0;
        Assert.ThrowsExactly<InvalidOperationException>(() => getter(ref value));
        foreach ((int expected, int made) in ((int, int)[])[(2, 1), (4, 2)])
        {
            Assert.IsTrue(cursor.MoveNext());
            getter(ref value);
            getter(ref value);
            Assert.AreEqual((expected, made), (value, columns.Made));
        }

        // Nobody looks at the third.
        Assert.IsTrue(cursor.MoveNext());
        Assert.IsFalse(cursor.MoveNext());
        Assert.AreEqual(2, columns.Made);
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<int>(view.Schema["Other"]));
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<float>(view.Schema["Double"]));
    }

    private sealed class Row
    {
        public int Number { get; set; }

        public int Other { get; set; }
    }

    private sealed class Doubled : AddedColumns
    {
        public Doubled(DataViewSchema input)
            : base(input)
        {
            var builder = new DataViewSchema.Builder();
            builder.AddColumns(input);
            builder.AddColumn("Double", NumberDataViewType.Int32);
            Output = builder.ToSchema();
        }

        public override DataViewSchema Output { get; }

        public int Made { get; private set; }

        public override Func<int, Delegate> Getters(DataViewRow row, bool[] active)
        {
            ValueGetter<int> number = row.GetGetter<int>(Input["Number"]);
            int doubled = 0;
            Action make = RowGetters.OncePerRow(row, () =>
            {
                number(ref doubled);
                doubled *= 2;
                Made++;
            });
            return _ => (ValueGetter<int>)((ref int value) =>
            {
                make();
                value = doubled;
            });
        }

        protected override bool IsSource(DataViewSchema.Column column) => column.Name == "Number";
    }
}
