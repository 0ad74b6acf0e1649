using System.CommandLine;
using Farm.Protocol;

namespace Farm.Cli.Commands;

/// <summary><c>farm cancel</c>: gives a build up.</summary>
internal static class CancelCommand
{
    public static Command Create(CommandServices services)
    {
        var coordinator = GlobalOptions.Coordinator();
        var build = new Argument<string>("BUILD")
        {
            Description = "The number that 'farm build' and 'farm builds' show.",
        };
        var command = new FarmCommand("cancel", "Cancel a build; what other builds want goes on.", ["farm cancel 7"])
        {
            coordinator,
            build,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var text = parsed.GetRequiredValue(build);
                if (!BuildId.TryParse(text, out var id))
                {
                    throw new CommandException($"'{text}' is no build: give a number that 'farm builds' lists.");
                }
                using var client = ClientConnection.Open(parsed, coordinator);
                await client.CancelAsync(id, ct).ConfigureAwait(false);
                services.Terminal.Error.WriteLine($"Build {id} is cancelled.");
                return ExitCode.Done;
            }
        );
        return command;
    }
}
