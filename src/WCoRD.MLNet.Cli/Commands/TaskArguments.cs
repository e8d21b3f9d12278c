using System.CommandLine;
using WCoRD.MLNet.Cli.Studies;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>The options by which several tasks share the runs of a comparison.</summary>
internal static class TaskArguments
{
    private static readonly Option<int?> Task = NumberOptions.Whole(
        "--task",
        "Which of the tasks this is, counted from 0: task 2 of 8 trains the runs 2, 10, 18, ... alone, and writes no table. "
            + "Default: what SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX says.",
        minimum: 0);
    private static readonly Option<int?> Tasks = NumberOptions.Whole(
        "--tasks", "How many tasks share the runs, each started by the same command with the same --out.", minimum: 1);
    private static readonly Option<bool> CollectOption = new("--collect")
    {
        Description = "Train nothing: make table and picture of the runs that are there, and name those that are missing. "
            + "The exit code is 1 while any is.",
    };

    public static void AddTo(Command command)
    {
        command.Add(Task);
        command.Add(Tasks);
        command.Add(CollectOption);
    }

    public static bool Collects(ParseResult parsed) => parsed.GetValue(CollectOption);

    /// <summary>The share of this task; null: all runs are meant.</summary>
    /// <exception cref="CommandException">There is no such task, or no task has a meaning.</exception>
    public static TaskShare? ShareOf(ParseResult parsed)
    {
        (int? task, int? tasks) = (parsed.GetValue(Task), parsed.GetValue(Tasks));
        if (Collects(parsed) && (task ?? tasks) is not null)
        {
            throw new CommandException("--collect makes the table of all tasks' runs: leave out --task and --tasks.");
        }

        if (tasks is { } all)
        {
            return TaskShare.Find(task, all, Environment.GetEnvironmentVariable);
        }

        return task is null
            ? null
            : throw new CommandException(Invariant($"--task is {task} without --tasks: expected both, as --task 0 --tasks 8."));
    }
}
