using Microsoft.ML;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The images that a teacher sees: the student's, or a column of its own.</summary>
/// <param name="Image">The column.</param>
/// <param name="IsOwn">Whether it is read for the teacher alone.</param>
/// <param name="StudentViews">Makes the student's views.</param>
/// <param name="Views">Makes the teacher's.</param>
internal sealed record TeacherInput(ImageColumn Image, bool IsOwn, Augmentation StudentViews, Augmentation Views)
{
    /// <summary>The columns that are read for the teacher alone.</summary>
    public IReadOnlyList<VectorColumn> Columns => IsOwn ? [Image] : [];

    /// <summary>Checks the column before any data is there, as far as a schema's shape can tell.</summary>
    /// <exception cref="ArgumentException">It is absent or of the wrong type.</exception>
    public static void Check(StudentTrainingOptions options, SchemaShape shape)
    {
        if (options.TeacherInputColumnName is { } name)
        {
            ImageColumn.Check(shape, nameof(options.TeacherInputColumnName), name);
        }
    }

    /// <summary>Finds the column.</summary>
    /// <param name="options">The options.</param>
    /// <param name="schema">The rows' schema.</param>
    /// <param name="student">The student's images.</param>
    /// <param name="checkFits">Throws where the teacher cannot see such images.</param>
    /// <exception cref="ArgumentException">The column is absent, of the wrong type or does not fit, or cannot be cropped as the student's
    /// is.</exception>
    public static TeacherInput Find(
        StudentTrainingOptions options, DataViewSchema schema, ImageColumn student, Action<ImageColumn> checkFits)
    {
        bool isOwn = options.TeacherInputColumnName is { } own && own != options.InputColumnName;
        ImageColumn image = isOwn
            ? ImageColumn.Find(
                schema,
                nameof(options.TeacherInputColumnName),
                options.TeacherInputColumnName!,
                options.TeacherInputShape,
                nameof(options.TeacherInputShape))
            : student;
        checkFits(image);
        (Augmentation ofStudent, Augmentation ofTeacher) = PairedViews.Of(options, student, image);
        return new TeacherInput(image, isOwn, ofStudent, ofTeacher);
    }

    /// <summary>What the teacher sees of a step's examples, as pixel values.</summary>
    /// <param name="batch">The examples.</param>
    /// <param name="views">Makes the teacher's views.</param>
    /// <param name="images">Its own images of all rows, uint8 or float32; null: it sees the student's.</param>
    public static Tensor Seen(Batch batch, Augmentation views, Tensor? images)
    {
        if (images is null && batch.Views.OfTeacher is null)
        {
            return batch.Pixels;
        }

        Tensor seen = images is null ? batch.Images : batch.Select(images).to(batch.Pixels.device).to(ScalarType.Float32);
        return batch.OfShare(views.Apply(seen, batch.Views.OfTeacher ?? batch.Views));
    }
}
