using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A network that reads the student's images, or a column of its own.</summary>
internal sealed class BoundNetworkTeacher : BoundTeacher
{
    private readonly NetworkTeacher _teacher;
    private readonly StudentTrainingOptions _options;
    private readonly TeacherInput _input;

    /// <param name="teacher">The teacher.</param>
    /// <param name="options">The options.</param>
    /// <param name="input">What it sees.</param>
    /// <param name="classes">Which of the rows' classes it scores.</param>
    public BoundNetworkTeacher(NetworkTeacher teacher, StudentTrainingOptions options, TeacherInput input, TaughtClasses classes)
        : base(teacher.NetworkName, input.Columns, teacher.ShapesFor(input.Image), input.StudentViews, classes)
    {
        (_teacher, _options, _input) = (teacher, options, input);
    }

    public override string? Doubt => NetworkCatalog.Doubt(_teacher.NetworkName, _input.Image.Height, _input.Image.Width);

    protected override string OwnIdentity => _teacher.Identity;

    public override TeacherOutputs CreateOutputs(Tensor[] values, PrecisionChoice choice, Device device, Action<string> warn, RankGroup? ranks = null)
    {
        long[] batch = [_options.BatchSize, _input.Image.Channels, _input.Image.Height, _input.Image.Width];
        Precision precision = _teacher.Choose(_options.TeacherPrecision ?? _options.Precision, choice, batch, device);
        return new NetworkTeacherOutputs(_teacher, values.FirstOrDefault(), _input.Views, precision, device, Taught);
    }
}
