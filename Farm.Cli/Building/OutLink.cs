using System.Security.Cryptography;
using System.Text;
using Farm.Store.Hashing;

namespace Farm.Cli.Building;

/// <summary>A symbolic link to an output that keeps the output from the collector, as <c>nix-build</c> makes it.</summary>
/// <remarks>Source: Nix's indirect roots: <c>gcroots/auto/</c> and the nix32 SHA-1 of the link's path, a link to the link.</remarks>
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
            Replace(link, target);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
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
            var directory = Directory.CreateDirectory(root.TrimEnd('/') + "/nix/var/nix/gcroots/auto");
            Replace(Path.Combine(directory.FullName, NameOf(link)), link);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Name of the root of a link.</summary>
#pragma warning disable CA5350 // Nix names these files so; nothing is protected by this hash.
    internal static string NameOf(string link) => NixBase32.Encode(SHA1.HashData(Encoding.UTF8.GetBytes(link)));
#pragma warning restore CA5350

    /// <summary>Makes the link anew: a rename would not do, which the framework refuses for links to directories.</summary>
    private static void Replace(string link, string target)
    {
        if (new FileInfo(link).LinkTarget is not null)
        {
            File.Delete(link);
        }
        File.CreateSymbolicLink(link, target);
    }
}
