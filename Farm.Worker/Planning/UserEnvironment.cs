using System.Collections.Immutable;
using Farm.Worker.Builtins;

namespace Farm.Worker.Planning;

/// <summary>Merges packages into one tree of links, as <c>builtin:buildenv</c> does for profiles.</summary>
/// <remarks>A directory is one link until two packages have it; then it is a directory of links. Source: Nix's <c>buildProfile</c> and
/// <c>createLinks</c>, whose sentences these are, too.</remarks>
/// <param name="files">The packages' files.</param>
/// <param name="warn">Told what is left out.</param>
internal sealed class UserEnvironment(IPackageFiles files, Action<string> warn)
{
    /// <summary>The priority of the first package that is there only since another asked for it.</summary>
    private const int FirstPropagated = 1000;

    private static readonly string[] s_skipped =
    [
        "/propagated-build-inputs",
        "/nix-support",
        "/perllocal.pod",
        "/info/dir",
        "/log",
        "/manifest.nix",
        "/manifest.json",
    ];

    /// <summary>The whole environment, without its manifest.</summary>
    /// <param name="output">Its full name, for messages.</param>
    /// <exception cref="BuiltinException">Two packages have the same file.</exception>
    public UserEnvironmentEntry.Directory Make(IEnumerable<UserPackage> packages, string output)
    {
        var root = new UserEnvironmentEntry.Directory();
        var done = new HashSet<string>(StringComparer.Ordinal);
        var postponed = new SortedSet<string>(StringComparer.Ordinal);
        var ordered = packages
            .Where(package => package.IsActive)
            .OrderBy(package => package.Priority)
            .ThenBy(package => package.Path, StringComparer.Ordinal);
        foreach (var package in ordered)
            Add(package.Path, package.Priority);
        var priority = FirstPropagated;
        while (postponed.Count > 0)
        {
            ImmutableArray<string> round = [.. postponed];
            postponed.Clear();
            foreach (var package in round)
                Add(package, priority++);
        }
        return root;

        void Add(string package, int priority)
        {
            if (!done.Add(package))
                return;
            Link(package, root, output, priority);
            var propagated = files.ReadText($"{package}/nix-support/propagated-user-env-packages") ?? "";
            postponed.UnionWith(
                propagated.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(path => !done.Contains(path))
            );
        }
    }

    private void Link(string from, UserEnvironmentEntry.Directory to, string shown, int priority)
    {
        if (files.List(from) is not { } names)
        {
            warn($"not including '{from}' in the user environment because it's not a directory");
            return;
        }
        foreach (var name in names.Where(name => !name.StartsWith('.')))
        {
            var (source, place) = ($"{from}/{name}", $"{shown}/{name}");
            if (files.IsDirectory(source) is not { } isDirectory)
                warn($"skipping dangling symlink '{place}'");
            else if (s_skipped.Any(skipped => source.EndsWith(skipped, StringComparison.Ordinal)))
                continue;
            else if (isDirectory)
                LinkDirectory(source, to, name, place, priority);
            else
                LinkFile(source, to, name, place, priority);
        }
    }

    private void LinkDirectory(
        string source,
        UserEnvironmentEntry.Directory to,
        string name,
        string place,
        int priority
    )
    {
        switch (to.Entries.GetValueOrDefault(name))
        {
            case null:
                to.Entries[name] = new UserEnvironmentEntry.Link(source, priority);
                break;
            case UserEnvironmentEntry.Directory there:
                Link(source, there, place, priority);
                break;
            case UserEnvironmentEntry.Link link:
                var target = files.Resolve(link.Target);
                if (files.IsDirectory(target) != true)
                    throw new BuiltinException($"collision between '{source}' and non-directory '{target}'");
                var merged = new UserEnvironmentEntry.Directory();
                to.Entries[name] = merged;
                Link(target, merged, place, link.Priority);
                Link(source, merged, place, priority);
                break;
        }
    }

    private static void LinkFile(
        string source,
        UserEnvironmentEntry.Directory to,
        string name,
        string place,
        int priority
    )
    {
        switch (to.Entries.GetValueOrDefault(name))
        {
            case UserEnvironmentEntry.Directory:
                throw new BuiltinException($"collision between non-directory '{source}' and directory '{place}'");
            case UserEnvironmentEntry.Link link when link.Priority == priority:
                throw new BuiltinException(
                    $"packages '{source}' and '{link.Target}' have the same priority {priority}; use 'nix-env --set-flag priority NUMBER INSTALLED_PKGNAME' to change the priority of one of the conflicting packages (0 being the highest priority)"
                );
            case UserEnvironmentEntry.Link link when link.Priority < priority:
                break;
            default:
                to.Entries[name] = new UserEnvironmentEntry.Link(source, priority);
                break;
        }
    }
}
