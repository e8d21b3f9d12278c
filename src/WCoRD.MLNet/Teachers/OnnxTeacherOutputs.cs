using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>An ONNX model that is shown each view anew. It computes on the CPU, wherever the student does.</summary>
/// <param name="teacher">The teacher, which stays its owner's.</param>
/// <param name="size">The size that the model sees.</param>
/// <param name="outputs">What of its outputs teaches.</param>
/// <param name="images">Its own images of all rows, uint8 or float32, which this disposes; null: it sees the student's.</param>
/// <param name="views">Makes its views.</param>
/// <param name="classes">Which of the rows' classes its scores are of.</param>
internal sealed class OnnxTeacherOutputs(
    OnnxTeacher teacher,
    (int Height, int Width) size,
    OnnxOutputs outputs,
    Tensor? images,
    Augmentation views,
    TaughtClasses classes) : TeacherOutputs
{
    // Told by the first batch, and then kept: a few logits may look like probabilities by chance.
    private bool? _areProbabilities;

    public override NetworkOutput Compute(Batch batch)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Device device = batch.Pixels.device;
        string[] names = outputs.Names;
        Tensor[] found = teacher.Run(Prepared(batch), names);
        Tensor features = Of(outputs.Features);
        Tensor logits = outputs.Scores is { } scores ? TeacherScores.Of(Logits(Of(scores)), classes) : features.narrow(1, 0, 0);
        return new NetworkOutput([], features.to(device), logits.to(device)).MoveToOuterDisposeScope();

        Tensor Of(OnnxOutput output) => output.Pooled(found[Array.IndexOf(names, output.Name)]);
    }

    public override Tensor? Input(Batch batch) => teacher.NormalizesItself ? null : Prepared(batch);

    public override void Dispose() => images?.Dispose();

    private Tensor Prepared(Batch batch)
    {
        using var scope = NewDisposeScope();
        return teacher.Prepare(TeacherInput.Seen(batch, views, images), size).MoveToOuterDisposeScope();
    }

    private Tensor Logits(Tensor scores) =>
        (_areProbabilities ??= TeacherScores.AreProbabilities(scores)) ? TeacherScores.Logarithms(scores) : scores;
}
