using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>An ONNX model that reads the student's images, or a column of its own.</summary>
/// <param name="teacher">The teacher.</param>
/// <param name="size">The size that the model sees.</param>
/// <param name="outputs">What of its outputs teaches.</param>
/// <param name="input">What it sees.</param>
/// <param name="classes">Which of the rows' classes it scores.</param>
internal sealed class BoundOnnxTeacher(
    OnnxTeacher teacher, (int Height, int Width) size, OnnxOutputs outputs, TeacherInput input, TaughtClasses classes)
    : BoundTeacher(teacher.Name, input.Columns, new OutputShapes([], outputs.Features.Size, classes.Count), input.StudentViews, classes)
{
    protected override string OwnIdentity => teacher.IdentityFor(size, outputs);

    public override TeacherOutputs CreateOutputs(Tensor[] values, PrecisionChoice choice, Device device, Action<string> warn, RankGroup? ranks = null) =>
        new OnnxTeacherOutputs(teacher, size, outputs, values.FirstOrDefault(), input.Views, Taught);
}
