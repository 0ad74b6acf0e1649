using System.CommandLine;
using System.Text.Json.Nodes;
using Farm.Derivations.Comparing;

namespace Farm.Cli.Commands.Drv;

/// <summary><c>farm drv diff</c>: why two derivations are not the same.</summary>
internal static class DrvDiffCommand
{
    public static Command Create(CommandServices services)
    {
        var from = DrvReading.From();
        var left = DrvReading.Argument("LEFT");
        var right = DrvReading.Argument("RIGHT");
        var json = DrvJson.Option();
        var command = new FarmCommand(
            "diff",
            "Print in what two derivations differ, and the inputs that they have in common by name.",
            ["farm drv diff before.drv after.drv"]
        )
        {
            from,
            json,
            left,
            right,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var root = parsed.GetValue(from);
                var one = await DrvReading.ReadAsync(parsed.GetRequiredValue(left), root, ct).ConfigureAwait(false);
                var other = await DrvReading.ReadAsync(parsed.GetRequiredValue(right), root, ct).ConfigureAwait(false);
                var changes = DerivationComparison.Compare(one.File, other.File);
                if (parsed.GetValue(json))
                {
                    var document = new JsonArray([.. changes.Select(change => (JsonNode)Document(change))]);
                    await DrvJson.PrintAsync(services, document, ct).ConfigureAwait(false);
                    return ExitCode.Done;
                }
                foreach (var line in Lines(changes))
                    await services.Terminal.Out.WriteLineAsync(line.AsMemory(), ct).ConfigureAwait(false);
                return ExitCode.Done;
            }
        );
        return command;
    }

    /// <summary>One heading for each two derivations, and below it what differs in them.</summary>
    private static IEnumerable<string> Lines(IEnumerable<DerivationChange> changes)
    {
        foreach (var pair in changes.GroupBy(change => (change.Left, change.Right)))
        {
            yield return $"{pair.Key.Left} -> {pair.Key.Right}";
            foreach (var change in pair)
            {
                yield return $"  {change.What}";
                if (change.From is { } before)
                    yield return $"    - {before}";
                if (change.To is { } after)
                    yield return $"    + {after}";
            }
        }
    }

    private static JsonObject Document(DerivationChange change) =>
        new()
        {
            ["left"] = change.Left,
            ["right"] = change.Right,
            ["what"] = change.What,
            ["from"] = change.From,
            ["to"] = change.To,
        };
}
