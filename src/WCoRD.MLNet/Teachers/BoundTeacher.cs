using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A teacher that knows the rows it will teach: which columns it reads, what it gives, and how the student's views are made.</summary>
internal abstract class BoundTeacher
{
    /// <param name="name">What it is called in messages.</param>
    /// <param name="columns">The columns that are read for it alone.</param>
    /// <param name="shapes">The shapes of what it gives.</param>
    /// <param name="studentViews">Makes the student's views.</param>
    /// <param name="order">Where each class of the rows stands in its scores; null: at its own place.</param>
    protected BoundTeacher(string name, IReadOnlyList<VectorColumn> columns, OutputShapes shapes, Augmentation studentViews, int[]? order)
    {
        (Name, Columns, Shapes, StudentViews, Order) = (name, columns, shapes, studentViews, order);
    }

    /// <summary>What it is called in messages.</summary>
    public string Name { get; }

    /// <summary>The columns that are read for it alone.</summary>
    public IReadOnlyList<VectorColumn> Columns { get; }

    /// <summary>The shapes of what it gives.</summary>
    public OutputShapes Shapes { get; }

    /// <summary>Makes the student's views.</summary>
    public Augmentation StudentViews { get; }

    /// <summary>The number of its classes; null: it gives no scores.</summary>
    public int? Classes => Shapes.Classes == 0 ? null : Shapes.Classes;

    /// <summary>What tells it from others. (A training begun with the classes in one order does not go on in another.)</summary>
    public string Identity => Order is null ? OwnIdentity : $"{OwnIdentity}, classes from {InvariantText.Join(", ", Order)}";

    /// <summary>Where each class of the rows stands in its scores; null: at its own place.</summary>
    protected int[]? Order { get; }

    /// <summary>What tells the teacher from others, whatever the rows.</summary>
    protected abstract string OwnIdentity { get; }

    /// <summary>Makes what it gives for each step.</summary>
    /// <param name="values">The values of <see cref="Columns"/>, which the outputs then own.</param>
    /// <param name="choice">Chooses the precision.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="warn">Told of doubts.</param>
    public abstract TeacherOutputs CreateOutputs(Tensor[] values, PrecisionChoice choice, Device device, Action<string> warn);
}
