using Microsoft.ML;

namespace WCoRD.MLNet.Cli.Studies.Views;

/// <summary>What a student and its teacher see.</summary>
/// <param name="Sees">What the student sees, for the table.</param>
/// <param name="Train">The training rows, with both columns.</param>
/// <param name="Test">The test rows, with the student's column.</param>
/// <param name="StudentColumn">The student's column.</param>
/// <param name="TeacherColumn">The teacher's column.</param>
/// <param name="CropPadding">The padding of crops, in pixels of what the student sees alone.</param>
/// <param name="Aligned">Whether both columns are views of one picture; if not, nothing is cropped or flipped.</param>
internal sealed record Setting(
    string Sees, IDataView Train, IDataView Test, string StudentColumn, string TeacherColumn, int CropPadding = 0, bool Aligned = false)
{
    /// <summary>Channels, height and width of the teacher's column, where its type does not tell.</summary>
    public int[]? TeacherShape { get; init; }
}
