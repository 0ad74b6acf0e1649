using System.CommandLine;
using System.Globalization;
using Farm.Cli.Terminals;
using Farm.Store.Roots.Profiles;

namespace Farm.Cli.Commands.Stores.Profiles;

/// <summary><c>farm store profile delete-generations</c>: states that nobody needs.</summary>
internal static class ProfileDeleteCommand
{
    private const string Old = "old";

    public static FarmCommand Create(StoreVerbs verbs)
    {
        var profile = ProfileCommand.Argument();
        var which = new Argument<string[]>("WHICH")
        {
            Description =
                "Numbers; or 'old', all but the current one; or an age such as 30d; or +5, all but the last five.",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "delete-generations",
            "Delete generations of a profile, as nix-env --delete-generations does; never the current one. Prints those.",
            [
                "farm store profile delete-generations system 3 4",
                "farm store profile delete-generations system 30d && farm store gc",
            ]
        )
        {
            profile,
            which,
            json,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var choice = Choice(parsed.GetRequiredValue(which), verbs.Services.Clock.GetUtcNow());
                var deleted = await ProfileCommand
                    .Open(store, parsed.GetRequiredValue(profile))
                    .DeleteAsync(choice, ct)
                    .ConfigureAwait(false);
                GenerationText.Write(verbs, deleted, parsed.GetValue(json));
            }
        );
        return command;
    }

    /// <exception cref="CommandException">The words name nothing.</exception>
    private static GenerationChoice Choice(string[] words, DateTimeOffset now) =>
        words switch
        {
            [Old] => new GenerationChoice.Old(),
            [['+', .. var count]] when IsNumber(count, out var kept) => new GenerationChoice.AllBut(kept),
            [var age] when Age.TryParse(age, out var limit) => new GenerationChoice.OlderThan(now - limit),
            _ => new GenerationChoice.Numbered([.. words.Select(Number)]),
        };

    private static int Number(string word) =>
        IsNumber(word, out var number)
            ? number
            : throw new CommandException(
                $"'{word}' names no generation: give numbers, or one of 'old', an age such as 30d, or a count such as +5."
            );

    private static bool IsNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
