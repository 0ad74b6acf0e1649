using System.CommandLine;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store add-nar</c>: what an archive holds, described by a narinfo or by nothing but a name.</summary>
internal static class AddNarCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var file = GivenInput.Argument("A Nix archive, not compressed");
        var name = AddressOptions.Name("Name in the store; the path follows from the archive.");
        var info = new Option<string?>("--info")
        {
            Description = "A narinfo: path, hash, size and references, which must be right.",
            HelpName = "NARINFO",
        };
        var flat = AddressOptions.Flat();
        var algorithm = AddressOptions.Algorithm();
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "add-nar",
            "Add what a Nix archive holds, and print its store path.",
            [
                "nix-store --dump ./src | farm store add-nar --name src",
                "farm store add-nar x.nar --info x.narinfo --store /srv/farm/worker",
            ]
        )
        {
            file,
            name,
            info,
            flat,
            algorithm,
            json,
        };
        verbs.OnNewStore(
            command,
            async (parsed, store, ct) =>
            {
                var expected = await ExpectedAsync(store, parsed.GetValue(name), parsed.GetValue(info), ct)
                    .ConfigureAwait(false);
                var nar = GivenInput.Open(verbs.Services.Terminal, parsed.GetRequiredValue(file));
                await using (nar.ConfigureAwait(false))
                {
                    var added = expected is null
                        ? await store
                            .AddUnknownNarAsync(
                                StorePathName.Parse(parsed.GetValue(name)!), // Checked: one of both is given.
                                nar,
                                AddressOptions.Read(parsed, flat, algorithm),
                                ct
                            )
                            .ConfigureAwait(false)
                        : await store.AddFromNarAsync(expected, nar, ct).ConfigureAwait(false);
                    AddedText.Write(verbs, store.StoreDir, added, parsed, json);
                }
            }
        );
        return command;
    }

    /// <summary>What the narinfo says; null where a name is given instead.</summary>
    private static async Task<PathInfo?> ExpectedAsync(
        LocalStore store,
        string? name,
        string? narInfo,
        CancellationToken ct
    )
    {
        if (name is null == narInfo is null)
        {
            throw new CommandException("give either --name NAME or --info NARINFO.");
        }
        return narInfo is null
            ? null
            : NarInfoParser.Parse(store.StoreDir, await File.ReadAllBytesAsync(narInfo, ct).ConfigureAwait(false)).Info;
    }
}
