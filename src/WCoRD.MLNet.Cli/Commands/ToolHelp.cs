using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>The tool's own help: the usual commands first, then all of them by what people do. That of a command is the parser's.</summary>
/// <param name="ofCommand">The parser's help.</param>
internal sealed class ToolHelp(HelpAction ofCommand) : SynchronousCommandLineAction
{
    private static readonly (string Title, string[] Commands)[] Groups =
    [
        ("Start", ["demo", "networks"]),
        ("Data", ["data"]),
        ("Train", ["teach", "distill", "views"]),
        ("Look", ["evaluate", "score", "info", "report"]),
        ("Deploy", ["export", "bench"]),
        ("Compare", ["compare", "experiment", "headline"]),
    ];

    /// <summary>The names of all commands that stand in a group.</summary>
    public static IEnumerable<string> Grouped => Groups.SelectMany(group => group.Commands);

    /// <summary>The help of single commands.</summary>
    public HelpAction OfCommand => ofCommand;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not RootCommand root)
        {
            return ofCommand.Invoke(parseResult);
        }

        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(root.Description);
        output.WriteLine();
        output.WriteLine("From a folder of photographs, photos/train and photos/test with a folder for each class, to a small classifier:");
        output.WriteLine("  wcord teach   --data photos --network resnet20 --epochs 60 --out teacher.zip");
        output.WriteLine("  wcord distill --data photos --teacher teacher.zip --student resnet8 --method wcord+kd --epochs 60 --out student.zip");
        output.WriteLine("  wcord score   --model student.zip photos/test");
        int width = Grouped.Max(name => name.Length);
        foreach ((string title, string[] commands) in Groups)
        {
            output.WriteLine();
            output.WriteLine($"{title}:");
            foreach (string name in commands)
            {
                output.WriteLine($"  {name.PadRight(width)}  {root.Subcommands.Single(command => command.Name == name).Description}");
            }
        }

        output.WriteLine();
        output.WriteLine("'wcord COMMAND --help' has a command's options, 'wcord --version' the version.");
        return 0;
    }
}
