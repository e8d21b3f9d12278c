using Microsoft.ML;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What a teacher reads of the rows, once their schema is known.</summary>
/// <param name="Name">What it is called in messages.</param>
/// <param name="Columns">The columns that are read for the teacher alone.</param>
/// <param name="Shapes">The shapes of what it gives.</param>
/// <param name="Identity">Gives what tells it from others.</param>
/// <param name="StudentViews">Makes the student's views.</param>
/// <param name="Outputs">Makes the teacher's outputs from the values of <paramref name="Columns"/>, which they then own; the last argument is told of doubts.</param>
internal sealed record TeacherInput(
    string Name,
    IReadOnlyList<VectorColumn> Columns,
    OutputShapes Shapes,
    Func<string> Identity,
    Augmentation StudentViews,
    Func<Tensor[], PrecisionChoice, Device, Action<string>, TeacherOutputs> Outputs)
{
    /// <summary>The number of its classes; null: it gives no scores.</summary>
    public int? Classes => Shapes.Classes == 0 ? null : Shapes.Classes;

    private const string FeatureOption = "featureColumn";
    private const string ScoreOption = "scoreColumn";

    /// <summary>Checks the teacher's columns before any data is there, as far as a schema's shape can tell.</summary>
    /// <exception cref="ArgumentException">A column is absent or of the wrong type.</exception>
    public static void Check(Teacher teacher, StudentTrainingOptions options, SchemaShape shape)
    {
        if (teacher is ColumnTeacher columns)
        {
            VectorColumn.Check(shape, FeatureOption, columns.FeatureColumn);
            if (columns.ScoreColumn is { } score)
            {
                VectorColumn.Check(shape, ScoreOption, score);
            }
        }
        else if (options.TeacherInputColumnName is { } name)
        {
            ImageColumn.Check(shape, nameof(options.TeacherInputColumnName), name);
        }
    }

    /// <summary>Finds the teacher's columns.</summary>
    /// <exception cref="ArgumentException">A column is absent or of the wrong type, or does not fit the teacher, the label or the student's images.</exception>
    public static TeacherInput Bind(Teacher teacher, StudentTrainingOptions options, DataViewSchema schema, ImageColumn image, LabelColumn? label) => teacher switch
    {
        NetworkTeacher network => Bind(network, options, schema, image, label),
        ColumnTeacher columns => Bind(columns, options, schema, label),
        _ => throw new InvalidOperationException($"The teacher is a {teacher.GetType().Name}: expected one of {nameof(Teacher)}'s own."),
    };

    private static TeacherInput Bind(NetworkTeacher teacher, StudentTrainingOptions options, DataViewSchema schema, ImageColumn image, LabelColumn? label)
    {
        int[]? order = label is null ? null : teacher.OrderFor(label);
        string Identity() => OrderedIdentity(teacher.Identity, order);
        if (options.TeacherInputColumnName is not { } name || name == options.InputColumnName)
        {
            teacher.CheckFits(image);
            var shared = new Augmentation(options.CropPadding, options.HorizontalFlip);
            return new TeacherInput(teacher.NetworkName, [], teacher.ShapesFor(image), Identity, shared, (_, choice, device, _) => new NetworkTeacherOutputs(teacher, null, shared, Chosen(choice, image, device), device, order));
        }

        ImageColumn own = ImageColumn.Find(schema, nameof(options.TeacherInputColumnName), name, options.TeacherInputShape, nameof(options.TeacherInputShape));
        teacher.CheckFits(own);
        (Augmentation ofStudent, Augmentation ofTeacher) = options.AlignedInputs ? Align(options, image, own) : (new Augmentation(0, false), new Augmentation(0, false));
        return new TeacherInput(
            teacher.NetworkName, [own], teacher.ShapesFor(own), Identity, ofStudent, (values, choice, device, _) => new NetworkTeacherOutputs(teacher, values[0], ofTeacher, Chosen(choice, own, device), device, order));

        Precision Chosen(PrecisionChoice choice, ImageColumn images, Device device) => teacher.Choose(options.TeacherPrecision ?? options.Precision, choice, [options.BatchSize, images.Channels, images.Height, images.Width], device);
    }

    private static TeacherInput Bind(ColumnTeacher teacher, StudentTrainingOptions options, DataViewSchema schema, LabelColumn? label)
    {
        if (options.TeacherInputColumnName is { } images)
        {
            throw new ArgumentException($"TeacherInputColumnName is '{images}', but the teacher is made of columns and reads no images: leave it null.");
        }

        VectorColumn features = VectorColumn.Find(schema, FeatureOption, teacher.FeatureColumn);
        VectorColumn? scores = teacher.ScoreColumn is { } column ? VectorColumn.Find(schema, ScoreOption, column) : null;
        if (scores is null && options.SoftTargetWeight > 0)
        {
            throw new ArgumentException(Invariant($"SoftTargetWeight is {options.SoftTargetWeight}, but the teacher gives no scores: name its {ScoreOption} in Teacher.FromColumns, or set SoftTargetWeight to 0."));
        }

        int[]? order = scores is null || label is null ? null : ClassOrder.Map(
            label.ClassNames, $"column '{label.Column.Name}'", SlotNames.Of(scores.Column), $"the teacher's column '{scores.Column.Name}'", "Give scores of the same classes, or name the classes alike.");
        if (scores is not null && label is not null && scores.Size != label.Classes)
        {
            throw ColumnErrors.Type(ScoreOption, scores.Column.Name, $"{scores.Column.Type}", Invariant($"{label.Classes} values, one for each class of column '{label.Column.Name}'"));
        }

        VectorColumn[] columns = scores is null ? [features] : [features, scores];
        string name = $"columns {string.Join(", ", columns.Select(item => $"'{item.Column.Name}'"))}";
        var augmentation = new Augmentation(options.CropPadding, options.HorizontalFlip);
        return new TeacherInput(name, columns, new OutputShapes([], features.Size, scores?.Size ?? 0), () => OrderedIdentity(name, order), augmentation, (values, _, _, warn) =>
        {
            for (int i = 0; i < columns.Length; i++)
            {
                if (IsConstant(values[i]))
                {
                    warn($"The teacher's column '{columns[i].Column.Name}' is the same in all rows: it teaches nothing.");
                }
            }

            return new ColumnTeacherOutputs(values[0], values.ElementAtOrDefault(1), order);
        });
    }

    // A training begun with the classes in one order does not go on in another.
    private static string OrderedIdentity(string identity, int[]? order) => order is null ? identity : $"{identity}, classes from {InvariantText.Join(", ", order)}";

    // One picture in two sizes: the crop moves in steps of whole pixels of the smaller one.
    private static (Augmentation Student, Augmentation Teacher) Align(StudentTrainingOptions options, ImageColumn student, ImageColumn teacher)
    {
        int height = Math.Min(student.Height, teacher.Height), width = Math.Min(student.Width, teacher.Width);
        int ofStudent = student.Height / height, ofTeacher = teacher.Height / height;
        if ((ofStudent * height, ofStudent * width) != (student.Height, student.Width) || (ofTeacher * height, ofTeacher * width) != (teacher.Height, teacher.Width))
        {
            throw new ArgumentException(
                Invariant($"{nameof(options.TeacherInputColumnName)} '{teacher.Column.Name}' is {teacher.Height} x {teacher.Width} and {nameof(options.InputColumnName)} '{student.Column.Name}' is {student.Height} x {student.Width} (height x width): ")
                + $"expected one to be a multiple of the other on both sides, so that both can be cropped alike. Resize one, or set {nameof(options.AlignedInputs)} to false where they are no views of one picture.");
        }

        int steps = options.CropPadding / Math.Max(ofStudent, ofTeacher);
        return (new Augmentation(steps, options.HorizontalFlip, ofStudent), new Augmentation(steps, options.HorizontalFlip, ofTeacher));
    }

    private static bool IsConstant(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.eq(values[0]).all().ToBoolean();
    }
}
