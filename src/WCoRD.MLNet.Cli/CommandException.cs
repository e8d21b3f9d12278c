namespace WCoRD.MLNet.Cli;

/// <summary>A mistake of the user's that the tool itself finds; the message names the option and says what to do.</summary>
internal sealed class CommandException(string message) : Exception(message);
