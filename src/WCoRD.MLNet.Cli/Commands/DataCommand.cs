using System.CommandLine;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord data</c>: what the other commands read.</summary>
internal static class DataCommand
{
    public static Command Create() => new("data", "Make, get and describe data.")
    {
        DataSampleCommand.Create(),
        DataInfoCommand.Create(),
        DataDownloadCommand.Create(),
    };
}
