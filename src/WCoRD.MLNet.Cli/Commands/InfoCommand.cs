using System.CommandLine;
using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord info</c>: what is in a model file.</summary>
internal static class InfoCommand
{
    private static readonly Argument<string> File = new("FILE.zip") { Description = "A saved model, alone or in a chain." };

    public static Command Create()
    {
        var command = new Command("info", "Print a model's card: what it reads and adds, and how it was trained.")
        {
            File, CommonOptions.Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(File);
        ITransformer model = ModelFiles.LoadModel(new MLContext(), path);
        using NetworkTransformer network = ModelFiles.NetworkIn(model, path);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(network.Card);
        }
        else
        {
            Console.Write(network.Card);
        }

        return 0;
    }
}
