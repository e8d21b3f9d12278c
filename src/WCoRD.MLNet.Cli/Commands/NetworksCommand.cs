using System.CommandLine;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord networks</c>: the networks known by name, and what they cost.</summary>
internal static class NetworksCommand
{
    private static readonly Option<int?> ImageSize = NumberOptions.Whole(
        "--image-size",
        "Side of the images that multiplications are counted for. Default: that of the images a network is meant for.",
        minimum: 1);

    public static Command Create()
    {
        var command = new Command("networks", "List the networks known by name: parameters, multiplications, features and images.")
        {
            ImageSize, CommonOptions.Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        int? size = parsed.GetValue(ImageSize);
        IEnumerable<NetworkSize> sizes = NetworkCatalog.Names.Select(name => NetworkSize.Of(name, size));
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { Networks = sizes });
            return 0;
        }

        foreach (NetworkSize network in sizes)
        {
            Console.WriteLine(network);
        }

        return 0;
    }
}
