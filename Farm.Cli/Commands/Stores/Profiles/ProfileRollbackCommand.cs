using System.CommandLine;

namespace Farm.Cli.Commands.Stores.Profiles;

/// <summary><c>farm store profile rollback</c>: an earlier state becomes the current one.</summary>
internal static class ProfileRollbackCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var profile = ProfileCommand.Argument();
        var to = new Option<int?>("--to") { Description = "A generation, earlier or later.", HelpName = "NUMBER" };
        var command = new FarmCommand(
            "rollback",
            "Make the generation before the current one the current one, as nix-env --rollback does, or another.",
            ["farm store profile rollback system", "farm store profile rollback system --to 12"]
        )
        {
            profile,
            to,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var opened = ProfileCommand.Open(store, parsed.GetRequiredValue(profile));
                if (parsed.GetValue(to) is { } number)
                {
                    await opened.SwitchAsync(number, ct).ConfigureAwait(false);
                }
                else
                {
                    await opened.RollBackAsync(ct).ConfigureAwait(false);
                }
                var current = opened.Generations().Where(generation => generation.IsCurrent);
                GenerationText.Write(verbs, current, isJson: false);
            }
        );
        return command;
    }
}
