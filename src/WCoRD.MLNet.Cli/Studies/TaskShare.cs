using System.Globalization;

namespace WCoRD.MLNet.Cli.Studies;

/// <summary>The runs of one of several tasks that share a study: every N-th, so that seeds, pairs and methods spread over the tasks.</summary>
/// <param name="Task">Which task, counted from 0, as Slurm and Kubernetes count.</param>
/// <param name="Tasks">How many there are.</param>
internal sealed record TaskShare(int Task, int Tasks)
{
    private const string SlurmTask = "SLURM_ARRAY_TASK_ID";
    private const string SlurmCount = "SLURM_ARRAY_TASK_COUNT";
    private const string KubernetesTask = "JOB_COMPLETION_INDEX";

    /// <summary>The tasks' numbers.</summary>
    public string Range => Invariant($"0 to {Tasks - 1}");

    /// <summary>The task's runs, in the order of the study.</summary>
    public StudyRun[] Of(IEnumerable<StudyRun> runs) => [.. runs.Where((_, i) => i % Tasks == Task)];

    /// <summary>The task that a command line names, or Slurm, or Kubernetes.</summary>
    /// <param name="task">The task's number on the command line; null: whoever started it says so in the environment.</param>
    /// <param name="tasks">How many there are.</param>
    /// <param name="variable">Reads a variable of the environment; null: it is not set.</param>
    /// <exception cref="CommandException">There is no such task, or nobody says which it is.</exception>
    public static TaskShare Find(int? task, int tasks, Func<string, string?> variable)
    {
        if (task is { } named)
        {
            return Checked("--task", Invariant($"{named}"), tasks, "");
        }

        string array = Invariant($"--array=0-{tasks - 1}");
        if (variable(SlurmTask) is { } ofSlurm)
        {
            TaskShare share = Checked(SlurmTask, ofSlurm, tasks, $" Submit the array by {array}.");
            return variable(SlurmCount) is not { } count || count == Invariant($"{tasks}")
                ? share
                : throw new CommandException(
                    Invariant($"{SlurmCount} is {count}, and --tasks is {tasks}: an array of all tasks was expected, else some runs are never trained. ")
                        + $"Submit it by {array}; to train some tasks alone, name each by --task \"${SlurmTask}\".");
        }

        return variable(KubernetesTask) is { } ofKubernetes
            ? Checked(KubernetesTask, ofKubernetes, tasks, Invariant($" Set completions of the Job to {tasks}."))
            : throw new CommandException(
                Invariant($"--tasks is {tasks}, and nothing says which task this is: --task is not given, and neither {SlurmTask} nor ")
                    + Invariant($"{KubernetesTask} is set. Add --task I, from 0 to {tasks - 1}, or start it as an array (docs/cluster.md)."));
    }

    private static TaskShare Checked(string name, string text, int tasks, string whatToDo)
    {
        TaskShare share = new(0, tasks);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int task) && task < tasks
            ? share with { Task = task }
            : throw new CommandException(Invariant($"{name} is '{text}': expected {share.Range}, as --tasks is {tasks}.{whatToDo}"));
    }
}
