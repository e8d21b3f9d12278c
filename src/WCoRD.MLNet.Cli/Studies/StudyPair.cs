namespace WCoRD.MLNet.Cli.Studies;

/// <summary>A teacher and the student that learns from it.</summary>
/// <param name="TeacherFile">The teacher's file.</param>
/// <param name="Student">The student's network.</param>
internal sealed record StudyPair(string TeacherFile, string Student)
{
    /// <summary>The teacher's file and the student, for tables and file names.</summary>
    public string Name => $"{Path.GetFileNameWithoutExtension(TeacherFile)}-{Student}";

    /// <exception cref="CommandException">The text is not TEACHER:STUDENT, with a file that exists and a network of the
    /// catalog.</exception>
    public static StudyPair Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon <= 0)
        {
            throw new CommandException(
                $"--pairs has '{text}': expected TEACHER.safetensors:STUDENT, "
                    + "TEACHER.pth:STUDENT, TEACHER.zip:STUDENT, TEACHER.pt:STUDENT or TEACHER.onnx:STUDENT.");
        }

        var pair = new StudyPair(text[..colon], text[(colon + 1)..]);
        if (!NetworkCatalog.Names.Contains(pair.Student))
        {
            throw new CommandException(
                $"--pairs has '{text}': there is no network '{pair.Student}'. Choose one of: {string.Join(", ", NetworkCatalog.Names)}.");
        }

        return File.Exists(pair.TeacherFile)
            ? pair
            : throw new CommandException($"--pairs has '{text}': the file '{pair.TeacherFile}' does not exist.");
    }
}
