using System.CommandLine;
using System.Text.Json;
using Farm.Cli.Terminals;
using Farm.Protocol.Api;

namespace Farm.Cli.Commands;

/// <summary><c>farm builds</c>: the builds that the coordinator knows.</summary>
internal static class BuildsCommand
{
    public static Command Create(CommandServices services)
    {
        var coordinator = GlobalOptions.Coordinator();
        var json = GlobalOptions.Json();
        var command = new FarmCommand("builds", "List the builds.", ["farm builds", "farm builds --json"])
        {
            coordinator,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var client = ClientConnection.Open(parsed, coordinator);
                var builds = await client.BuildsAsync(ct).ConfigureAwait(false);
                services.Terminal.Out.Write(
                    parsed.GetValue(json)
                        ? JsonSerializer.Serialize(builds, ApiJsonContext.Default.ImmutableArrayBuildSummary) + "\n"
                        : StatusText.Builds(builds, services.Clock.GetUtcNow(), services.Terminal.OutHasColour)
                );
                return ExitCode.Done;
            }
        );
        return command;
    }
}
