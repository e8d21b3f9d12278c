namespace WCoRD.MLNet;

/// <summary>What a teacher network sees of the example that its student sees a view of.</summary>
public enum TeacherViewsKind
{
    /// <summary>The student's view: the same crop, mirrored alike, in the same colours.</summary>
    Same,

    /// <summary>A view of its own, drawn as the student's are.</summary>
    Own,

    /// <summary>The image as it is.</summary>
    Whole,
}
