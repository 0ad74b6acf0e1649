using System.Text;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Paths;

namespace Farm.Store.Roots;

/// <summary>Finds the roots that links and files in the folders <c>gcroots</c> and <c>profiles</c> are.</summary>
/// <remarks>Folders that links lead to are not entered. A link to another place is a root where there is a link into the store there;
/// that other link is then the reason. What may not be read, or goes while it is looked at, is passed over. Source: Nix's
/// <c>LocalStore::findRoots</c>.</remarks>
/// <param name="layout">Where the folders are.</param>
/// <param name="targets">Tells what a link leads to.</param>
/// <param name="clock">Tells how old an unfinished link is.</param>
internal sealed class RootTree(StoreLayout layout, StoreTargets targets, TimeProvider clock)
{
    /// <summary>Longer than anyone takes to put a link in place that is made.</summary>
    private static readonly TimeSpan s_abandonedAfter = TimeSpan.FromHours(1);

    private readonly string _roots = StoreTargets.Raw(layout.RootsDir);
    private readonly string _profiles = StoreTargets.Raw(layout.ProfilesDir);
    private readonly List<GcRoot> _found = [];

    /// <summary>All of them, also those whose path is not valid. Links in <c>gcroots/auto</c> that lead nowhere are removed, and those whose
    /// makers were killed before they put them in place.</summary>
    /// <exception cref="StoreException.FileSystem">A folder cannot be read for another reason than that it may not be, or is not there.</exception>
    public IReadOnlyList<GcRoot> Find()
    {
        Visit(_roots, DirectoryEntries.UnknownType);
        Visit(_profiles, DirectoryEntries.UnknownType);
        return _found;
    }

    private void Visit(string file, byte type)
    {
        switch (type == DirectoryEntries.UnknownType ? TypeOf(file) : type)
        {
            case DirectoryEntries.DirectoryType:
                VisitDirectory(file);
                break;
            case DirectoryEntries.SymlinkType:
                VisitLink(file);
                break;
            case DirectoryEntries.RegularType when StorePath.TryParse(Path.GetFileName(file.AsSpan()), out var path):
                Add(path, file, file);
                break;
            default:
                break;
        }
    }

    private void VisitDirectory(string directory)
    {
        var entries = new DirectoryEntries();
        var opened = Syscalls.Open(
            Syscalls.CurrentDirectory,
            Encoding.Latin1.GetBytes(directory),
            Syscalls.ReadOnly | Syscalls.Directory
        );
        if (IsPassedOver(opened, directory))
            return;
        try
        {
            entries.Read(opened, StoreTargets.Shown(directory));
        }
        finally
        {
            Syscalls.Close(opened);
        }
        for (var i = 0; i < entries.Count; i++)
            Visit($"{directory}/{Encoding.Latin1.GetString(entries.Name(i))}", entries.Type(i));
    }

    private void VisitLink(string link)
    {
        if (IsAbandoned(link))
        {
            _ = Syscalls.Unlink(Syscalls.CurrentDirectory, Encoding.Latin1.GetBytes(link));
            return;
        }
        if (RawLink.Read(link, out var error) is not { } target)
        {
            _ = IsPassedOver(-error, link);
            return;
        }
        target = Absolute(target, link);
        if (targets.IsInStore(target, out var direct))
        {
            if (direct is { } path)
                Add(path, link, link);
            return;
        }
        var found = Syscalls.Status(Syscalls.CurrentDirectory, Encoding.Latin1.GetBytes(target), out var status);
        if (found is -Errno.NoEntry or -Errno.NotDirectory)
            RemoveIfAutomatic(link);
        else if (!IsPassedOver(found, target) && status.IsSymlink && RawLink.Read(target, out _) is { } end)
        {
            if (targets.IsInStore(Absolute(end, target), out var indirect) && indirect is { } path)
                Add(path, target, link);
        }
    }

    private bool IsAbandoned(string link) =>
        RootLinks.IsUnfinished(link)
        && Syscalls.Status(Syscalls.CurrentDirectory, Encoding.Latin1.GetBytes(link), out var status) == 0
        && clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(status.ModifiedSeconds) > s_abandonedAfter;

    private void RemoveIfAutomatic(string link)
    {
        if (link.StartsWith(_roots + "/auto/", StringComparison.Ordinal))
            _ = Syscalls.Unlink(Syscalls.CurrentDirectory, Encoding.Latin1.GetBytes(link));
    }

    private void Add(StorePath path, string reason, string foundAs)
    {
        var kind = foundAs.StartsWith(_profiles + "/", StringComparison.Ordinal)
            ? RootKind.Profile
            : foundAs[_roots.Length..].Split('/', 3) switch
            {
                ["", "auto", _] => RootKind.Indirect,
                ["", "per-user", _] => RootKind.PerUser,
                _ => RootKind.Permanent,
            };
        _found.Add(new(path, StoreTargets.Shown(reason), kind));
    }

    private static byte TypeOf(string file)
    {
        var found = Syscalls.Status(Syscalls.CurrentDirectory, Encoding.Latin1.GetBytes(file), out var status);
        return IsPassedOver(found, file) ? DirectoryEntries.UnknownType
            : status.IsDirectory ? DirectoryEntries.DirectoryType
            : status.IsSymlink ? DirectoryEntries.SymlinkType
            : status.IsRegular ? DirectoryEntries.RegularType
            : DirectoryEntries.UnknownType;
    }

    /// <summary>Whether the call failed as Nix lets it fail.</summary>
    private static bool IsPassedOver(int result, string file)
    {
        if (result is -Errno.NoEntry or -Errno.AccessDenied or -Errno.NotDirectory)
            return true;
        Errno.Check(result, "look for roots in", StoreTargets.Shown(file));
        return false;
    }

    private static string Absolute(string target, string link) =>
        Path.GetFullPath(target, Path.GetDirectoryName(link) ?? "/");
}
