namespace WCoRD.MLNet;

/// <summary>The views of a student and of a teacher that reads a column of its own.</summary>
internal static class AlignedViews
{
    /// <summary>
    /// One picture in two sizes: a padded crop moves in steps of whole pixels of the smaller one, a resized one has the same shares of
    /// both. Two different things are neither cropped nor flipped.
    /// </summary>
    /// <exception cref="ArgumentException">The sizes cannot be cropped alike.</exception>
    public static (Augmentation Student, Augmentation Teacher) Of(StudentTrainingOptions options, ImageColumn student, ImageColumn teacher)
    {
        if (!options.AlignedInputs)
        {
            return (Augmentation.Uncropped(options), Augmentation.Uncropped(options));
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
                    + $"or set {nameof(options.AlignedInputs)} to false where they are no views of one picture.");
        }

        int steps = options.CropPadding / Math.Max(ofStudent, ofTeacher);
        return (
            Augmentation.Of(options, student, new PaddedCrop(steps, ofStudent)),
            Augmentation.Of(options, teacher, new PaddedCrop(steps, ofTeacher)));
    }
}
