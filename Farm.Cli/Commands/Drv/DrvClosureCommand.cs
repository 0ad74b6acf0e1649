using System.CommandLine;
using System.Text.Json.Nodes;
using Farm.Derivations.Objects;

namespace Farm.Cli.Commands.Drv;

/// <summary><c>farm drv closure</c>: everything that a derivation needs.</summary>
internal static class DrvClosureCommand
{
    public static Command Create(CommandServices services)
    {
        var from = DrvReading.From();
        var drv = DrvReading.Argument("DRV");
        var json = DrvJson.Option();
        var command = new FarmCommand(
            "closure",
            "Print a derivation and all derivations and sources that it needs, each after what it refers to.",
            ["farm drv closure ./result.drv", "farm drv closure --json $(nix-instantiate) | jq length"]
        )
        {
            from,
            json,
            drv,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var read = await DrvReading
                    .ReadAsync(parsed.GetRequiredValue(drv), parsed.GetValue(from), ct)
                    .ConfigureAwait(false);
                var closure = read.File.Closure();
                if (parsed.GetValue(json))
                {
                    var document = new JsonArray([.. closure.Select(item => (JsonNode)Document(item))]);
                    await DrvJson.PrintAsync(services, document, ct).ConfigureAwait(false);
                    return ExitCode.Done;
                }
                foreach (var item in closure)
                    await services.Terminal.Out.WriteLineAsync(item.PrintedPath.AsMemory(), ct).ConfigureAwait(false);
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static JsonObject Document(StoreObject item) =>
        new()
        {
            ["path"] = item.PrintedPath,
            ["isDerivation"] = item is DerivationFile,
            ["references"] = new JsonArray([.. item.References.Select(other => JsonValue.Create(other.PrintedPath))]),
        };
}
