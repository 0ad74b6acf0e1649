using System.CommandLine;
using System.Text.Json.Nodes;
using Farm.Derivations;

namespace Farm.Cli.Commands.Drv;

/// <summary><c>farm drv import</c>: the attributes that Nix's <c>import</c> of a derivation gives, as JSON.</summary>
internal static class DrvImportCommand
{
    public static Command Create(CommandServices services)
    {
        var from = DrvReading.From();
        var drv = DrvReading.Argument("DRV");
        var json = DrvJson.Option();
        var command = new FarmCommand(
            "import",
            "Print the attributes of a derivation with their contexts, as import gives them.",
            ["farm drv import $(nix-instantiate ./default.nix) | jq .outPath"]
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
                await DrvJson.PrintAsync(services, Attributes(read), ct).ConfigureAwait(false);
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static JsonObject Attributes(Derivation derivation)
    {
        var set = Output(derivation);
        set["all"] = new JsonArray([.. derivation.All.Select(output => (JsonNode)Text(output.OutPath))]);
        set["outputs"] = new JsonObject(
            derivation.All.Select(output => KeyValuePair.Create(output.OutputName, (JsonNode?)Output(output)))
        );
        return set;
    }

    private static JsonObject Output(Derivation derivation) =>
        new()
        {
            ["type"] = derivation.Type,
            ["name"] = derivation.Name,
            ["outputName"] = derivation.OutputName,
            ["drvPath"] = Text(derivation.DrvPath),
            ["outPath"] = Text(derivation.OutPath),
        };

    private static JsonObject Text(NixString text) =>
        new() { ["text"] = text.UnsafeDiscardContext(), ["context"] = text.Context.ToJson() };
}
