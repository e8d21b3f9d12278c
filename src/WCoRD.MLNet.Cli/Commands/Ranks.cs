using System.CommandLine;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>The processes that mpiexec started, where it did: MPI is loaded only then.</summary>
internal static class Ranks
{
    private static readonly string[] Commands = ["teach", "distill", "views", "bench ranks"];
    private static MpiCommunicator? _joined;
    private static bool _areAgreed = true;

    /// <summary>Whether this is the process that writes files and reports: of several the first.</summary>
    public static bool IsFirst => _joined is null or { Rank: 0 };

    /// <summary>Refuses what would be done once by each of several processes.</summary>
    /// <exception cref="CommandException">The command is for one process.</exception>
    public static void Check(Command command)
    {
        if (MpiCommunicator.IsLaunched && !Commands.Contains(NameOf(command)))
        {
            throw new CommandException($"mpiexec started several processes, each of which would do the same: of the commands, "
                + $"'{string.Join("', '", Commands[..^1])}' and '{Commands[^1]}' work together. Call this one without mpiexec.");
        }
    }

    /// <summary>Joins the others; null: this process is alone.</summary>
    public static Communicator? Join()
    {
        if (MpiCommunicator.IsLaunched)
        {
            _joined ??= MpiCommunicator.Start();
            _areAgreed = false;
        }

        return _joined;
    }

    /// <summary>Trains; whatever happens to one process, the others know.</summary>
    public static T Train<T>(Func<T> train)
    {
        try
        {
            return train();
        }
        finally
        {
            _areAgreed = true;
        }
    }

    /// <summary>
    /// Ends the communication, unless the others wait for this process, which failed: it then ends without, and mpiexec ends the others.
    /// </summary>
    /// <param name="exitCode">What this process ends with.</param>
    public static void End(int exitCode)
    {
        if (exitCode == 0 || _areAgreed)
        {
            _joined?.Dispose();
        }
    }

    // As it is typed.
    private static string NameOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault(parent => parent is not RootCommand) is { } parent ? $"{parent.Name} {command.Name}" : command.Name;
}
