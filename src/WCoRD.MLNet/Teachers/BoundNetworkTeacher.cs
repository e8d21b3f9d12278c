using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A network that reads the student's images, or a column of its own.</summary>
internal sealed class BoundNetworkTeacher : BoundTeacher
{
    private readonly NetworkTeacher _teacher;
    private readonly StudentTrainingOptions _options;
    private readonly ImageColumn _images;
    private readonly Augmentation _views;

    /// <param name="teacher">The teacher.</param>
    /// <param name="options">The options.</param>
    /// <param name="images">What it reads.</param>
    /// <param name="isOwn">Whether that is a column of its own.</param>
    /// <param name="views">The student's views, and the teacher's.</param>
    /// <param name="classes">Which of the rows' classes it scores.</param>
    public BoundNetworkTeacher(
        NetworkTeacher teacher,
        StudentTrainingOptions options,
        ImageColumn images,
        bool isOwn,
        (Augmentation Student, Augmentation Teacher) views,
        TaughtClasses classes)
        : base(teacher.NetworkName, isOwn ? [images] : [], teacher.ShapesFor(images), views.Student, classes)
    {
        (_teacher, _options, _images, _views) = (teacher, options, images, views.Teacher);
    }

    public override string? Doubt => NetworkCatalog.Doubt(_teacher.NetworkName, _images.Height, _images.Width);

    protected override string OwnIdentity => _teacher.Identity;

    public override TeacherOutputs CreateOutputs(Tensor[] values, PrecisionChoice choice, Device device, Action<string> warn)
    {
        long[] batch = [_options.BatchSize, _images.Channels, _images.Height, _images.Width];
        Precision precision = _teacher.Choose(_options.TeacherPrecision ?? _options.Precision, choice, batch, device);
        return new NetworkTeacherOutputs(_teacher, values.FirstOrDefault(), _views, precision, device, Taught);
    }
}
