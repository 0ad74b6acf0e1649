using System.CommandLine;
using System.Text.Json;
using Farm.Cli.Terminals;
using Farm.Protocol.Api;

namespace Farm.Cli.Commands;

/// <summary><c>farm workers</c>: which workers there are and what they have.</summary>
internal static class WorkersCommand
{
    public static Command Create(CommandServices services)
    {
        var coordinator = GlobalOptions.Coordinator();
        var json = GlobalOptions.Json();
        var command = new FarmCommand("workers", "List the workers.", ["farm workers", "farm workers --json"])
        {
            coordinator,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var client = ClientConnection.Open(parsed, coordinator);
                var workers = await client.WorkersAsync(ct).ConfigureAwait(false);
                services.Terminal.Out.Write(
                    parsed.GetValue(json)
                        ? JsonSerializer.Serialize(workers, ApiJsonContext.Default.ImmutableArrayWorkerView) + "\n"
                        : StatusText.Workers(workers, services.Clock.GetUtcNow(), services.Terminal.OutHasColour)
                );
                return ExitCode.Done;
            }
        );
        return command;
    }
}
