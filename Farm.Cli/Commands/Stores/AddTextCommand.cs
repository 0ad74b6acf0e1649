using System.Collections.Immutable;
using System.CommandLine;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store add-text</c>: a text that may refer to store paths, such as a derivation.</summary>
internal static class AddTextCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var name = new Argument<string>("NAME") { Description = "Name in the store." };
        var file = GivenInput.Argument("A file with the text");
        var references = new Option<string[]>("--reference")
        {
            Description = "A store path that the text refers to; may be repeated.",
            HelpName = "PATH",
            DefaultValueFactory = _ => [],
        };
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "add-text",
            "Add a text with its references, and print its store path.",
            [
                "echo hello | farm store add-text greeting",
                "farm store add-text run.sh ./run.sh --reference /nix/store/…-hello",
            ]
        )
        {
            name,
            file,
            references,
            json,
        };
        verbs.OnNewStore(
            command,
            async (parsed, store, ct) =>
            {
                ImmutableSortedSet<StorePath> refersTo =
                [
                    .. parsed.GetRequiredValue(references).Select(text => StorePathArgument.Parse(store.Layout, text)),
                ];
                using var text = new MemoryStream();
                var input = GivenInput.Open(verbs.Services.Terminal, parsed.GetRequiredValue(file));
                await using (input.ConfigureAwait(false))
                {
                    await input.CopyToAsync(text, ct).ConfigureAwait(false);
                }
                var info = await store
                    .AddTextAsync(
                        StorePathName.Parse(parsed.GetRequiredValue(name)),
                        text.GetBuffer().AsMemory(0, (int)text.Length),
                        refersTo,
                        ct
                    )
                    .ConfigureAwait(false);
                AddedText.Write(verbs, store.StoreDir, info, parsed, json);
            }
        );
        return command;
    }
}
