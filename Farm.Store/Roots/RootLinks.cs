using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Farm.Store.Hashing;
using Farm.Store.Native;

namespace Farm.Store.Roots;

/// <summary>Symbolic links that keep store objects alive.</summary>
/// <remarks>Shape of an indirect root: <c>gcroots/auto/NIX32-OF-SHA1-OF-THE-LINK'S-PATH</c> points to the link, which points to the object.
/// Source: Nix manual, "Garbage collector roots".</remarks>
public static partial class RootLinks
{
    /// <summary>Makes a link a root: what it points to is kept as long as it is there.</summary>
    /// <param name="rootsDir">The folder <c>gcroots</c> of the store.</param>
    /// <param name="link">The link, absolute.</param>
    /// <exception cref="StoreException.FileSystem">The folder cannot be written.</exception>
    public static void Register(string rootsDir, string link)
    {
        var auto = rootsDir + "/auto";
        MakeFolder(auto);
        ReplaceLink($"{auto}/{NixBase32.Encode(Sha1(link))}", link);
    }

    /// <exception cref="StoreException.FileSystem">It cannot be made.</exception>
    internal static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException.FileSystem(folder, "make the folder", error);
        }
    }

    /// <summary>Puts a symbolic link in place, at once: nobody sees a moment without it.</summary>
    /// <exception cref="StoreException.FileSystem">Something other than a symbolic link is in the way, or the folder cannot be
    /// written.</exception>
    public static void ReplaceLink(string link, string target)
    {
        var name = Encoding.UTF8.GetBytes(link);
        if (Syscalls.Status(Syscalls.CurrentDirectory, name, out var found) == 0 && !found.IsSymlink)
            throw new StoreException.FileSystem(link, "replace", new IOException("it is not a symbolic link"));
        var temporary = Encoding.UTF8.GetBytes($"{link}.tmp-{Environment.ProcessId}-{Guid.NewGuid():N}");
        var made = Syscalls.MakeSymlink(Encoding.UTF8.GetBytes(target), Syscalls.CurrentDirectory, temporary);
        Errno.Check(made, "make the link", link);
        var renamed = Syscalls.Rename(Syscalls.CurrentDirectory, temporary, Syscalls.CurrentDirectory, name);
        if (renamed == 0)
            return;
        _ = Syscalls.Unlink(Syscalls.CurrentDirectory, temporary);
        throw Errno.Exception(-renamed, "make the link", link);
    }

    /// <summary>Whether a name is that under which a link is made before it is put in place. Whoever is killed in between leaves it.</summary>
    internal static bool IsUnfinished(string name) => UnfinishedName().IsMatch(name);

    [GeneratedRegex(@"\.tmp-[0-9]+-[0-9a-f]{32}$", RegexOptions.CultureInvariant)]
    private static partial Regex UnfinishedName();

    /// <summary>Nix names a root by the SHA-1 of its path; nothing depends on the hash being strong.</summary>
#pragma warning disable CA5350
    private static byte[] Sha1(string link) => SHA1.HashData(Encoding.UTF8.GetBytes(link));
#pragma warning restore CA5350
}
