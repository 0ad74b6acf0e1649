using System.Text;
using System.Text.RegularExpressions;
using Farm.Store.Native;

namespace Farm.Store.Roots;

/// <summary>Finds the store objects that running processes use: their programs, working directories, open and mapped files, and what their
/// environments name; and the programs that the kernel starts.</summary>
/// <remarks>A process that ends meanwhile, or that this user may not look at, is passed over from there on. Source: Nix's
/// <c>LocalStore::findRuntimeRoots</c>, whose order and rules these are.</remarks>
internal sealed partial class RuntimeRoots(StoreTargets targets, string procDir)
{
    private readonly Regex _inEnvironment = new(
        $@"(?:{string.Join('|', targets.Prefixes.Select(Regex.Escape))})[0-9a-z]+[0-9a-zA-Z+\-._?=]*",
        RegexOptions.CultureInvariant
    );
    private readonly List<GcRoot> _found = [];

    /// <summary>All of them, also those whose path is not valid.</summary>
    /// <exception cref="StoreException.FileSystem">A file of <c>/proc</c> cannot be read for a reason that is not expected.</exception>
    public IReadOnlyList<GcRoot> Find()
    {
        foreach (var process in Names(procDir) ?? [])
        {
            if (process.All(char.IsAsciiDigit))
                Process($"{procDir}/{process}");
        }
        foreach (var kernel in (ReadOnlySpan<string>)["modprobe", "fbsplash", "poweroff_cmd"])
        {
            var file = $"{procDir}/sys/kernel/{kernel}";
            if (Contents(file) is { } program)
                Add(program, file);
        }
        return _found;
    }

    private void Process(string process)
    {
        Link(process + "/exe");
        Link(process + "/cwd");
        if (Names(process + "/fd") is not { } descriptors)
            return;
        foreach (var descriptor in descriptors)
            Link($"{process}/fd/{descriptor}");
        if (Contents(process + "/maps") is not { } maps)
            return;
        foreach (var line in maps.Split('\n'))
        {
            if (MappedFile().Match(line) is { Success: true } mapped)
                Add(mapped.Groups[1].Value, process + "/maps");
        }
        foreach (Match match in _inEnvironment.Matches(Contents(process + "/environ") ?? ""))
            Add(match.Value, process + "/environ");
    }

    private void Link(string link)
    {
        if (RawLink.Read(link, out var error) is { } target)
            Add(target, link);
        else
            _ = IsPassedOver(-error, link);
    }

    private void Add(string file, string reason)
    {
        if (targets.IsInStore(file, out var found) && found is { } path)
            _found.Add(new(path, reason, RootKind.Runtime));
    }

    /// <summary>Null where it is passed over.</summary>
    private static List<string>? Names(string directory)
    {
        var opened = Open(directory, Syscalls.ReadOnly | Syscalls.Directory);
        if (IsPassedOver(opened, directory))
            return null;
        try
        {
            var entries = new DirectoryEntries();
            var read = entries.TryRead(opened);
            return IsPassedOver(read, directory)
                ? null
                : [.. Enumerable.Range(0, entries.Count).Select(i => Encoding.Latin1.GetString(entries.Name(i)))];
        }
        finally
        {
            Syscalls.Close(opened);
        }
    }

    /// <summary>Null where it is passed over.</summary>
    private static string? Contents(string file)
    {
        var opened = Open(file, Syscalls.ReadOnly);
        if (IsPassedOver(opened, file))
            return null;
        try
        {
            return IsPassedOver(WholeFile.Read(opened, out var contents), file)
                ? null
                : Encoding.Latin1.GetString(contents);
        }
        finally
        {
            Syscalls.Close(opened);
        }
    }

    private static int Open(string file, int flags) =>
        Syscalls.Open(Syscalls.CurrentDirectory, Encoding.Latin1.GetBytes(file), flags);

    private static bool IsPassedOver(int result, string file)
    {
        if (result is -Errno.NoEntry or -Errno.AccessDenied or -Errno.NoProcess)
            return true;
        Errno.Check(result, "look for running programs in", file);
        return false;
    }

    /// <summary>Five fields and one name without blanks.</summary>
    [GeneratedRegex(@"^\s*\S+\s+\S+\s+\S+\s+\S+\s+\S+\s+(/\S+)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex MappedFile();
}
