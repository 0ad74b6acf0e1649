using System.CommandLine;
using System.Text.Json;
using Farm.Cli.Terminals;
using Farm.Protocol.Api;
using Farm.Store.Paths;

namespace Farm.Cli.Commands;

/// <summary><c>farm explain</c>: why a step is where it is.</summary>
internal static class ExplainCommand
{
    public static Command Create(CommandServices services)
    {
        var coordinator = GlobalOptions.Coordinator();
        var json = GlobalOptions.Json();
        var drv = new Argument<string>("DRV") { Description = "The derivation of the step." };
        var command = new FarmCommand(
            "explain",
            "Tell why a step is not running, or what became of it.",
            ["farm explain /nix/store/…-hello.drv"]
        )
        {
            coordinator,
            json,
            drv,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var client = ClientConnection.Open(parsed, coordinator);
                var step = await client
                    .StepAsync(DrvPathArgument.Parse(parsed.GetRequiredValue(drv)), ct)
                    .ConfigureAwait(false);
                if (parsed.GetValue(json))
                {
                    services.Terminal.Out.WriteLine(JsonSerializer.Serialize(step, ApiJsonContext.Default.StepView));
                    return ExitCode.Done;
                }
                var status = await client.StatusAsync(ct).ConfigureAwait(false);
                services.Terminal.Out.Write(
                    ExplanationText.Of(
                        step,
                        StoreDir.Parse(status.StoreDir),
                        services.Clock.GetUtcNow(),
                        services.Terminal.OutHasColour
                    )
                );
                return ExitCode.Done;
            }
        );
        return command;
    }
}
