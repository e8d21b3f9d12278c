using System.CommandLine;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>A folder that a command takes either as its argument or by an option.</summary>
internal sealed class FolderArgument(string description, string option, params string[] aliases)
{
    private readonly Argument<string?> _argument = new("DIR") { Description = description, Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _option = new(option, aliases) { Description = "The same as DIR.", HelpName = "DIR" };

    public void AddTo(Command command)
    {
        command.Add(_argument);
        command.Add(_option);
        command.Validators.Add(result =>
        {
            string? alone = result.GetValue(_argument), named = result.GetValue(_option);
            if (alone is null == named is null)
            {
                string found = alone is null ? "no folder is named" : $"two folders are named, '{alone}' and '{named}'";
                result.AddError($"{found}: expected one, as '{command.Name} DIR' or by {option} DIR.");
            }
        });
    }

    public string Of(ParseResult parsed) => parsed.GetValue(_argument) ?? parsed.GetRequiredValue(_option)!;
}
