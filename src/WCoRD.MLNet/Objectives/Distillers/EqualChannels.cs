namespace WCoRD.MLNet;

/// <summary>What objectives ask for that compare channel with channel.</summary>
internal static class EqualChannels
{
    /// <exception cref="ArgumentException">The stage maps of student and teacher differ in number or channels.</exception>
    public static void CheckEqualChannels(this ObjectiveContext context, string objective)
    {
        string student = Channels(context.Student), teacher = Channels(context.Teacher);
        if (student != teacher)
        {
            throw new ArgumentException(
                $"'{objective}' compares channel with channel, but the student's maps have {student} channels and the teacher's "
                    + $"{teacher}: choose networks of one family and width, as resnet8 and resnet56.",
                nameof(context));
        }
    }

    private static string Channels(OutputShapes shapes) =>
        shapes.StageMaps.Count == 0 ? "no" : InvariantText.Join(", ", shapes.StageMaps.Select(map => map.Channels));
}
