using Farm.Store;
using Farm.Store.Roots;

namespace Farm.Cli.Building;

/// <summary>A symbolic link to an output that keeps the output from the collector, as <c>nix-build</c> makes it.</summary>
internal static class OutLink
{
    /// <param name="link">Absolute path of the link; one that is there is replaced.</param>
    /// <param name="target">Where the output's files are.</param>
    /// <exception cref="CommandException">There is something else than a link, or the directory cannot be written.</exception>
    public static void Make(string link, string target)
    {
        if (new FileInfo(link) is { LinkTarget: null } && Path.Exists(link))
        {
            throw new CommandException(
                $"'{link}' is no symbolic link and is not replaced; choose another name with --out-link."
            );
        }

        try
        {
            RootLinks.ReplaceLink(link, target);
        }
        catch (StoreException error)
        {
            throw new CommandException($"The link '{link}' cannot be made: {error.Message}", error);
        }
    }

    /// <summary>Registers the link with a store.</summary>
    /// <param name="root">The store's physical root.</param>
    /// <param name="link">The link, absolute.</param>
    /// <returns>False where this user may not do so; the link is then no root.</returns>
    public static bool TryRegister(string root, string link)
    {
        try
        {
            RootLinks.Register(root.TrimEnd('/') + "/nix/var/nix/gcroots", link);
            return true;
        }
        catch (StoreException.FileSystem)
        {
            return false;
        }
    }
}
