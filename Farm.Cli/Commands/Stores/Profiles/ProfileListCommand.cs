namespace Farm.Cli.Commands.Stores.Profiles;

/// <summary><c>farm store profile list</c>: the history of a profile.</summary>
internal static class ProfileListCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var profile = ProfileCommand.Argument();
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "list",
            "List the generations of a profile, as nix-env --list-generations does.",
            ["farm store profile list system", "farm store profile list --json ./my-profile | jq '.[-1].path'"]
        )
        {
            profile,
            json,
        };
        verbs.OnStore(
            command,
            (parsed, store, _) =>
            {
                var opened = ProfileCommand.Open(store, parsed.GetRequiredValue(profile));
                GenerationText.Write(verbs, opened.Generations(), parsed.GetValue(json));
                return Task.CompletedTask;
            }
        );
        return command;
    }
}
