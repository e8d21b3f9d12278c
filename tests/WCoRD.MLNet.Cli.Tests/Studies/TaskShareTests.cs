using WCoRD.MLNet.Cli;
using WCoRD.MLNet.Cli.Studies;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TaskShareTests
{
    [TestMethod]
    [DataRow(0, 3, "0 3 6")]
    [DataRow(1, 3, "1 4")]
    [DataRow(2, 3, "2 5")]
    [DataRow(0, 1, "0 1 2 3 4 5 6")]
    [DataRow(8, 9, "")]
    public void Of_Runs_AreEveryNth(int task, int tasks, string expected)
    {
        // Seven runs, known by their seeds.
        StudyRun[] runs = [.. Enumerable.Range(0, 7).Select(seed => new StudyRun(new StudyPair("t", "s"), Method.Parse("none"), seed))];
        Assert.AreEqual(expected, string.Join(' ', new TaskShare(task, tasks).Of(runs).Select(run => Invariant($"{run.Seed}"))));
    }

    [TestMethod]
    [DataRow(3, 8, "", 3)]
    [DataRow(null, 8, "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_COUNT=8", 7)]
    [DataRow(null, 8, "SLURM_ARRAY_TASK_ID=7", 7)]
    [DataRow(null, 8, "JOB_COMPLETION_INDEX=0", 0)]
    [DataRow(null, 8, "SLURM_ARRAY_TASK_ID=2 JOB_COMPLETION_INDEX=5", 2)]
    [DataRow(4, 8, "SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_COUNT=2", 4)]
    public void Find_ATask_IsTheOneNamed(int? task, int tasks, string variables, int expected) =>
        Assert.AreEqual(new TaskShare(expected, tasks), TaskShare.Find(task, tasks, name => Read(variables, name)));

    [TestMethod]
    [DataRow(8, "", "--task is '8': expected 0 to 7, as --tasks is 8.")]
    [DataRow(null, "SLURM_ARRAY_TASK_ID=8", "SLURM_ARRAY_TASK_ID is '8': expected 0 to 7, as --tasks is 8. Submit the array by --array=0-7.")]
    [DataRow(null, "SLURM_ARRAY_TASK_ID=4294967294", "SLURM_ARRAY_TASK_ID is '4294967294': expected 0 to 7, as --tasks is 8. Submit the array by --array=0-7.")]
    [DataRow(null, "JOB_COMPLETION_INDEX=one", "JOB_COMPLETION_INDEX is 'one': expected 0 to 7, as --tasks is 8. Set completions of the Job to 8.")]
    [DataRow(null, "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=4", "SLURM_ARRAY_TASK_COUNT is 4, and --tasks is 8: an array of all tasks was expected, else some runs are never trained. Submit it by --array=0-7; to train some tasks alone, name each by --task \"$SLURM_ARRAY_TASK_ID\".")]
    [DataRow(null, "", "--tasks is 8, and nothing says which task this is: --task is not given, and neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set. Add --task I, from 0 to 7, or start it as an array (docs/cluster.md).")]
    public void Find_NoSuchTask_SaysWhatWasFoundAndWhatToDo(int? task, string variables, string expected) =>
        Assert.AreEqual(expected, Assert.ThrowsExactly<CommandException>(() => TaskShare.Find(task, 8, name => Read(variables, name))).Message);

    private static string? Read(string variables, string name) =>
        variables.Split(' ').Select(variable => variable.Split('=')).FirstOrDefault(variable => variable[0] == name)?[1];
}
