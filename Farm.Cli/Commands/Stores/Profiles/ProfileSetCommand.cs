namespace Farm.Cli.Commands.Stores.Profiles;

/// <summary><c>farm store profile set</c>: a new state of a profile.</summary>
internal static class ProfileSetCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var profile = ProfileCommand.Argument();
        var path = StorePathArgument.One("What it leads to from now on.");
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "set",
            "Make a path the current generation of a profile, as nix-env --set does; a profile that is not there is made.",
            ["farm store profile set system ./result"]
        )
        {
            profile,
            path,
            json,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var generation = await ProfileCommand
                    .Open(store, parsed.GetRequiredValue(profile))
                    .SetAsync(StorePathArgument.ParseObject(store.Layout, parsed.GetRequiredValue(path)), ct)
                    .ConfigureAwait(false);
                GenerationText.Write(verbs, [generation], parsed.GetValue(json));
            }
        );
        return command;
    }
}
