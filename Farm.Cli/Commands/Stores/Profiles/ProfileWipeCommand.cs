using Farm.Store.Roots.Profiles;

namespace Farm.Cli.Commands.Stores.Profiles;

/// <summary><c>farm store profile wipe-history</c>: all states but the current one.</summary>
internal static class ProfileWipeCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var profile = ProfileCommand.Argument();
        var olderThan = ValueOptions.Age("--older-than", "Only what has not been current for this long.");
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "wipe-history",
            "Delete all generations of a profile but the current one, as nix profile wipe-history does. Prints those.",
            ["farm store profile wipe-history system --older-than 30d"]
        )
        {
            profile,
            olderThan,
            json,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                GenerationChoice choice = parsed.GetValue(olderThan) is { } age
                    ? new GenerationChoice.OlderThan(verbs.Services.Clock.GetUtcNow() - age)
                    : new GenerationChoice.Old();
                var deleted = await ProfileCommand
                    .Open(store, parsed.GetRequiredValue(profile))
                    .DeleteAsync(choice, ct)
                    .ConfigureAwait(false);
                GenerationText.Write(verbs, deleted, parsed.GetValue(json));
            }
        );
        return command;
    }
}
