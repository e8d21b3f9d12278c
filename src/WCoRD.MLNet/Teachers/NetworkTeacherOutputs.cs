using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A network that is shown each view anew.</summary>
/// <param name="teacher">The teacher, which stays its owner's.</param>
/// <param name="images">Its own images of all rows, uint8 or float32, which this disposes; null: it sees the student's.</param>
/// <param name="augmentation">Makes its views.</param>
/// <param name="precision">The numbers it computes with.</param>
/// <param name="device">Where it computes.</param>
/// <param name="classes">Which of the rows' classes its logits are of.</param>
internal sealed class NetworkTeacherOutputs(
    NetworkTeacher teacher,
    Tensor? images,
    Augmentation augmentation,
    Precision precision,
    Device device,
    TaughtClasses classes) : TeacherOutputs
{
    // What is not copied stays where its owner has it: on the CPU.
    private readonly NetworkTeacher? _copy =
        teacher.IsInCatalog || precision != Precision.Float32 || device.type != DeviceType.CPU
            ? teacher.In(precision, device)
            : null;

    public override Precision Precision => precision;

    public override bool IsReplayable => images is null && classes.Order is null && teacher.IsOfThisLibrary;

    public override NetworkOutput Compute(Batch batch)
    {
        using var scope = NewDisposeScope();
        NetworkOutput output = (_copy ?? teacher).Compute(Seen(batch));
        return output.With(output.Features, TeacherScores.Of(output.Logits, classes)).MoveToOuterDisposeScope();
    }

    public override Tensor? Input(Batch batch)
    {
        using var scope = NewDisposeScope();
        return teacher.Normalize(Seen(batch)).MoveToOuterDisposeScope();
    }

    public override void Dispose()
    {
        _copy?.Dispose();
        images?.Dispose();
    }

    private Tensor Seen(Batch batch) => TeacherInput.Seen(batch, augmentation, images);
}
