using Farm.Store.Paths;
using Farm.Worker.Planning;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Builtins;

/// <summary>The files of a build's input closure, by the names that a builder in the sandbox would have for them; nothing else is there.</summary>
/// <remarks>Links are followed here and not by the system, name by name, so that none leads out of the closure. The inputs are valid
/// store paths, which nobody changes meanwhile.</remarks>
internal sealed class InputFiles(SandboxSpec spec) : IPackageFiles
{
    /// <summary>As many links as Linux follows.</summary>
    private const int MostLinks = 40;

    private readonly Dictionary<StorePath, string> _sources = spec.Inputs.ToDictionary(
        input => input.Path,
        input => input.Source
    );

    public IReadOnlyList<string>? List(string directory)
    {
        var place = Find(directory) ?? throw NotThere(directory);
        return Directory.Exists(place.Physical)
            ?
            [
                .. Directory
                    .EnumerateFileSystemEntries(place.Physical)
                    .Select(entry => Path.GetFileName(entry))
                    .Order(StringComparer.Ordinal),
            ]
            : null;
    }

    public bool? IsDirectory(string path) => Find(path) is var (_, physical) ? Directory.Exists(physical) : null;

    public string Resolve(string path) => (Find(path) ?? throw NotThere(path)).Logical;

    public string? ReadText(string file) =>
        Find(file) is var (_, physical) && File.Exists(physical) ? File.ReadAllText(physical) : null;

    /// <exception cref="BuiltinException">There is no such file.</exception>
    public Stream Open(string file)
    {
        var place = Find(file) ?? throw NotThere(file);
        return File.Exists(place.Physical)
            ? new FileStream(place.Physical, FileMode.Open, FileAccess.Read, FileShare.Read)
            : throw new BuiltinException($"'{file}' is no regular file");
    }

    private static BuiltinException NotThere(string path) =>
        new($"'{path}' is not there: a builtin builder sees the inputs of its derivation, and nothing else");

    /// <summary>Where a name leads to, links followed; null where it leads nowhere.</summary>
    private (string Logical, string Physical)? Find(string path)
    {
        var open = new Stack<string>(Parts(path).Reverse());
        var (links, done) = (0, new List<string>());
        while (open.TryPop(out var part))
        {
            if (part == "..")
            {
                if (done.Count > 0)
                    done.RemoveAt(done.Count - 1);
                continue;
            }
            done.Add(part);
            if (Physical(done) is not { } physical)
            {
                // On the way down to the store directory nothing is to be followed.
                if (IsAboveStore(done))
                    continue;
                return null;
            }
            var status = new FileInfo(physical);
            if (status.LinkTarget is { } target)
            {
                if (++links > MostLinks)
                    return null;
                done.RemoveAt(done.Count - 1);
                if (target.StartsWith('/'))
                    done.Clear();
                foreach (var next in Parts(target).Reverse())
                    open.Push(next);
            }
            else if (!status.Exists && !Directory.Exists(physical))
            {
                return null;
            }
        }
        return Physical(done) is { } found ? ("/" + string.Join('/', done), found) : null;
    }

    private static IEnumerable<string> Parts(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".");

    private bool IsAboveStore(List<string> parts) =>
        $"{spec.StoreDir.Text}/".StartsWith($"/{string.Join('/', parts)}/", StringComparison.Ordinal);

    /// <summary>Null where the name is not in the closure.</summary>
    private string? Physical(List<string> parts)
    {
        var depth = spec.StoreDir.Text.Count(letter => letter == '/');
        if (parts.Count <= depth || "/" + string.Join('/', parts.Take(depth)) != spec.StoreDir.Text)
            return null;
        return StorePath.TryParse(parts[depth], out var path) && _sources.TryGetValue(path, out var source)
            ? string.Join('/', parts.Skip(depth + 1).Prepend(source))
            : null;
    }
}
