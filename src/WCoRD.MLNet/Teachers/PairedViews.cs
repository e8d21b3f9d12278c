namespace WCoRD.MLNet;

/// <summary>The views of a student and of its teacher.</summary>
internal static class PairedViews
{
    /// <remarks>
    /// The same view of one picture in two sizes: a padded crop moves in steps of whole pixels of the smaller one, a resized one has the
    /// same shares of both.
    /// </remarks>
    /// <exception cref="ArgumentException">The sizes cannot be cropped alike.</exception>
    public static (Augmentation Student, Augmentation Teacher) Of(StudentTrainingOptions options, ImageColumn student, ImageColumn teacher)
    {
        if (options.TeacherViews != TeacherViewsKind.Same)
        {
            Augmentation own = options.TeacherViews == TeacherViewsKind.Own ? Augmentation.Of(options, teacher) : Augmentation.None;
            return (Augmentation.Of(options, student).With(own), own);
        }

        if (options.Augmentation != AugmentationKind.PaddedCrop)
        {
            return (Augmentation.Of(options, student), Augmentation.Of(options, teacher));
        }

        int height = Math.Min(student.Height, teacher.Height), width = Math.Min(student.Width, teacher.Width);
        int ofStudent = student.Height / height, ofTeacher = teacher.Height / height;
        if ((ofStudent * height, ofStudent * width) != (student.Height, student.Width)
            || (ofTeacher * height, ofTeacher * width) != (teacher.Height, teacher.Width))
        {
            throw new ArgumentException(
                Invariant($"{nameof(options.TeacherInputColumnName)} '{teacher.Column.Name}' is {teacher.Height} x {teacher.Width} ")
                    + Invariant($"and {nameof(options.InputColumnName)} '{student.Column.Name}' ")
                    + Invariant($"is {student.Height} x {student.Width} (height x width): ")
                    + "expected one to be a multiple of the other on both sides, so that both can be cropped alike. "
                    + $"Resize one, take {nameof(AugmentationKind.RandomResizedCrop)}, "
                    + $"or set {nameof(options.TeacherViews)} to {nameof(TeacherViewsKind.Own)} or {nameof(TeacherViewsKind.Whole)}.");
        }

        int steps = options.CropPadding / Math.Max(ofStudent, ofTeacher);
        return (
            Augmentation.Of(options, student, new PaddedCrop(steps, ofStudent)),
            Augmentation.Of(options, teacher, new PaddedCrop(steps, ofTeacher)));
    }
}
