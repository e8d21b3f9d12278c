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

    private readonly Tensor? _order = classes.Order is null
        ? null
        : tensor(classes.Order.Select(place => (long)place).ToArray(), device: device).DetachFromDisposeScope();

    public override NetworkOutput Compute(Batch batch)
    {
        using var scope = NewDisposeScope();
        NetworkOutput output = (_copy ?? teacher).Compute(Seen(batch));
        Tensor logits = output.Logits.narrow(1, 0, classes.Count);
        return output.With(output.Features, _order is null ? logits : logits.index_select(1, _order)).MoveToOuterDisposeScope();
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
        _order?.Dispose();
    }

    private Tensor Seen(Batch batch)
    {
        if (images is null && batch.Views.OfTeacher is null)
        {
            return batch.Pixels;
        }

        Tensor seen = images?.index_select(0, batch.Rows).to(batch.Pixels.device).to(ScalarType.Float32) ?? batch.Images;
        return augmentation.Apply(seen, batch.Views.OfTeacher ?? batch.Views);
    }
}
