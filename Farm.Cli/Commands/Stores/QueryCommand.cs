using System.CommandLine;
using System.Text.Json;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store query</c>: what the database says of paths.</summary>
internal static class QueryCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        Option<bool>[] modes =
        [
            .. StoreQuery.All.Select(query => new Option<bool>(query.Name) { Description = query.Description }),
        ];
        var info = new Option<bool>("--info") { Description = "All that is recorded." };
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Store paths; with --hash-part, hash parts.",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "query",
            "Tell what the store knows of paths.",
            [
                "farm store query --requisites /nix/store/…-hello",
                "farm store query --hash-part 3ghsl9sd83mc26i81adpa2fzf3yw4f68",
                "farm store query --info --json /nix/store/…-hello | jq .[].narSize",
            ]
        )
        {
            paths,
            info,
            json,
        };
        foreach (var mode in modes)
        {
            command.Add(mode);
        }
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                Option<bool>[] known = [.. modes, info];
                if (known.Where(parsed.GetValue).ToArray() is not [var chosen])
                {
                    throw new CommandException($"choose one of {string.Join(", ", known.Select(mode => mode.Name))}.");
                }
                var output = verbs.Services.Terminal.Out;
                var given = parsed.GetRequiredValue(paths);
                var isJson = parsed.GetValue(json);
                if (chosen == info)
                {
                    var infos = await StoreQuery.InfosAsync(store, given, ct).ConfigureAwait(false);
                    output.WriteLine(
                        isJson
                            ? JsonSerializer.Serialize(
                                [.. infos.Select(one => PathInfoDocument.Of(store.StoreDir, one))],
                                CliJsonContext.Default.PathInfoDocumentArray
                            )
                            : string.Join("\n\n", infos.Select(one => PathInfoText.Of(store.StoreDir, one)))
                    );
                    return;
                }
                var query = StoreQuery.All[Array.IndexOf(modes, chosen)];
                var found = await query.Answer(store, given, ct).ConfigureAwait(false);
                if (isJson)
                {
                    output.WriteLine(JsonSerializer.Serialize([.. found], CliJsonContext.Default.StringArray));
                    return;
                }
                foreach (var line in found)
                {
                    output.WriteLine(line);
                }
            }
        );
        return command;
    }
}
