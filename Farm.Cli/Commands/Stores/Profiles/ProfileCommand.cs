using System.CommandLine;
using Farm.Store.Local;
using Farm.Store.Roots.Profiles;

namespace Farm.Cli.Commands.Stores.Profiles;

/// <summary><c>farm store profile</c>: links with a history.</summary>
internal static class ProfileCommand
{
    public static Command Create(StoreVerbs verbs) =>
        new("profile", "Links with a history: each state that a profile has had is a root until it is deleted.")
        {
            ProfileListCommand.Create(verbs),
            ProfileSetCommand.Create(verbs),
            ProfileRollbackCommand.Create(verbs),
            ProfileDeleteCommand.Create(verbs),
            ProfileWipeCommand.Create(verbs),
        };

    public static Argument<string> Argument() =>
        new("PROFILE") { Description = "Its name among the store's profiles, or the path of the link." };

    /// <summary>A name without a slash is one in the store's own directory of profiles, which is made.</summary>
    public static Profile Open(LocalStore store, string given)
    {
        if (given.Contains('/', StringComparison.Ordinal))
        {
            return new Profile(store, Path.GetFullPath(given));
        }
        var folder = Directory.CreateDirectory($"{store.Layout.StateDir}/profiles");
        return new Profile(store, Path.Combine(folder.FullName, given));
    }
}
