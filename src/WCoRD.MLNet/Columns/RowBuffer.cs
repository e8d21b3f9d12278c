using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>Holds one column's values for some rows.</summary>
internal abstract class RowBuffer
{
    /// <summary>Whether values of this type may be kept after the cursor moved on. Those that own memory (an MLImage) may not.</summary>
    public static bool Supports(DataViewType type) =>
        type is PrimitiveDataViewType or VectorDataViewType { ItemType: PrimitiveDataViewType };

    public static RowBuffer Create(DataViewRow row, DataViewSchema.Column column, int rows)
    {
        (string factory, Type item) = column.Type is VectorDataViewType vector ? (nameof(Vector), vector.ItemType.RawType)
            : (nameof(Scalar), column.Type.RawType);
        return (RowBuffer)typeof(RowBuffer)
            .GetMethod(factory, BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(item)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [row, column, rows], null)!;
    }

    /// <summary>Copies the current row's value.</summary>
    public abstract void Read(int slot);

    /// <summary>The getter, a <see cref="ValueGetter{TValue}"/> of the column's type.</summary>
    /// <param name="slot">Gives the slot to read from.</param>
    public abstract Delegate UntypedGetter(Func<int> slot);

    private static ScalarBuffer<T> Scalar<T>(DataViewRow row, DataViewSchema.Column column, int rows) =>
        new(row.GetGetter<T>(column), rows);

    private static VectorBuffer<T> Vector<T>(DataViewRow row, DataViewSchema.Column column, int rows) =>
        new(row.GetGetter<VBuffer<T>>(column), rows);
}

/// <summary>A column whose getter gives <typeparamref name="TValue"/>.</summary>
internal abstract class RowBuffer<TValue>(ValueGetter<TValue> getter, int rows) : RowBuffer
{
    protected TValue[] Values { get; } = new TValue[rows];

    public override void Read(int slot) => getter(ref Values[slot]);

    public abstract ValueGetter<TValue> Getter(Func<int> slot);

    public override Delegate UntypedGetter(Func<int> slot) => Getter(slot);
}

/// <summary>A column of single values.</summary>
internal sealed class ScalarBuffer<T>(ValueGetter<T> getter, int rows) : RowBuffer<T>(getter, rows)
{
    public override ValueGetter<T> Getter(Func<int> slot) => (ref T value) => value = Values[slot()];
}

/// <summary>A column of vectors: each is copied out, because the caller may write into what it gets.</summary>
internal sealed class VectorBuffer<T>(ValueGetter<VBuffer<T>> getter, int rows) : RowBuffer<VBuffer<T>>(getter, rows)
{
    public override ValueGetter<VBuffer<T>> Getter(Func<int> slot) => (ref VBuffer<T> value) => Values[slot()].CopyTo(ref value);
}
