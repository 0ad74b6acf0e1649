using System.CommandLine;
using System.Text;
using System.Text.Json;
using Farm.Cli.Building;
using Farm.Cli.Commands.Drv;
using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Cli.Commands;

/// <summary><c>farm drv show</c>: a derivation as JSON.</summary>
internal static class DrvCommand
{
    public static Command Create(CommandServices services)
    {
        var from = new Option<string?>("--from")
        {
            Description = "Root below which the Nix store with the derivation is.",
            HelpName = "ROOT",
        };
        var drv = new Argument<string>("DRV") { Description = "A derivation: store path or .drv file." };
        var show = new FarmCommand(
            "show",
            "Print a derivation as JSON.",
            ["farm drv show $(nix-instantiate ./default.nix) | jq .env"]
        )
        {
            from,
            drv,
        };
        show.SetAction(
            async (parsed, ct) =>
            {
                var storeDir = StoreDir.Default;
                using var reader = new BuildInputsReader(
                    storeDir,
                    parsed.GetValue(from) is { } root ? Path.GetFullPath(root) : null
                );
                var argument = DerivationArgument.Parse(parsed.GetRequiredValue(drv));
                var target = reader.Read([argument]).Targets[0];
                var derivation =
                    target.Derivation
                    ?? throw new CommandException(
                        $"There is no Nix store on this machine with '{argument.Path}'; name it with --from ROOT."
                    );
                await services
                    .Terminal.Out.WriteLineAsync(Json(storeDir, target.DrvPath, derivation).AsMemory(), ct)
                    .ConfigureAwait(false);
                return ExitCode.Done;
            }
        );
        return new Command("drv", "Look at derivations.")
        {
            show,
            DrvImportCommand.Create(services),
            DrvClosureCommand.Create(services),
            DrvDiffCommand.Create(services),
        };
    }

    private static string Json(StoreDir storeDir, StorePath drvPath, Derivation derivation)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("drvPath", storeDir.Print(drvPath));
            json.WriteString("name", derivation.Name.ToString());
            json.WriteString("system", derivation.Platform.ToString());
            json.WriteString("builder", derivation.Builder.ToString());
            Strings(json, "args", derivation.Args.Select(argument => argument.ToString()));
            json.WriteStartObject("outputs");
            foreach (var (name, output) in derivation.Outputs)
            {
                json.WriteString(name, output.KnownPath is { } path ? storeDir.Print(path) : null);
            }
            json.WriteEndObject();
            Strings(json, "inputDerivations", derivation.InputDerivations.Keys.Select(storeDir.Print));
            Strings(json, "inputSources", derivation.InputSources.Select(storeDir.Print));
            json.WriteStartObject("env");
            foreach (var (name, value) in derivation.Env)
            {
                json.WriteString(name.ToString(), value.ToString());
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }
        json.WriteEndArray();
    }
}
