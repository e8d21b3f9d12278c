using System.Text;

namespace WCoRD.MLNet.Cli.Studies;

/// <summary>Where a study keeps the model, the result and, until they are there, the checkpoints of each run.</summary>
/// <param name="Path">The folder.</param>
internal sealed record StudyFolder(string Path)
{
    public void Create() => Directory.CreateDirectory(Path);

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes text whole: another process may write or read the same.</summary>
    public void Write(string name, string text) => WholeFile.Write(File(name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    public string ModelOf(string run) => File(run + ".zip");

    public string CheckpointsOf(string run) => System.IO.Path.Combine(Path, "checkpoints", run);

    /// <summary>A run's result; null: it is not there yet.</summary>
    /// <exception cref="CommandException">The file is no result, or was asked for by other settings.</exception>
    public RunResult? ResultOf(StudyRun run, Study study) => RunResult.LoadIfThere(File(run.Name + ".json"), run.SettingsIn(study));

    public void Save(StudyRun run, RunResult result) => result.Save(File(run.Name + ".json"));

    /// <summary>Removes the checkpoints of what is done.</summary>
    public void Forget(string run) => Directory.Delete(CheckpointsOf(run), recursive: true);
}
