using System.Text;
using Farm.Store.Collector;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Paths;
using Farm.Store.Roots;

namespace Farm.Fuzz.Storm;

/// <summary>What must be so when a storm is over and the collector has run once more.</summary>
public sealed class StormEnd(LocalStore store)
{
    private readonly List<string> _faults = [];

    /// <returns>What is not so; empty where all is well.</returns>
    public async Task<IReadOnlyList<string>> CheckAsync(CancellationToken ct)
    {
        await new GarbageCollector(store, new CollectorSettings()).CollectAsync(new CollectRequest.Collect(), null, ct);
        var roots = await StoreRoots.FindAsync(store, includeRuntime: true, ct);
        var live = await store.ClosureAsync([.. roots.Select(root => root.Path)], ct);
        var valid = await store.AllValidAsync(ct);
        foreach (var path in valid.Except(live))
            _faults.Add($"{path} is dead and still valid");
        foreach (var path in valid)
            await CheckObjectAsync(path, ct);
        CheckNames(valid);
        CheckLinks();
        return _faults;
    }

    private async Task CheckObjectAsync(StorePath path, CancellationToken ct)
    {
        if (!(await store.CheckContentsAsync(path, ct)).IsIntact)
            _faults.Add($"the contents of {path} are not those that are recorded");
        var physical = store.Layout.ToPhysical(path);
        foreach (var file in BelowAndSelf(physical))
        {
            if (store.UsesImmutableBit && Status(file) is { IsSymlink: false, IsImmutable: false })
                _faults.Add($"{file} is not immutable");
        }
    }

    private void CheckNames(IReadOnlyCollection<StorePath> valid)
    {
        var wanted = valid.Select(path => path.ToString()).ToHashSet(StringComparer.Ordinal);
        foreach (
            var name in Directory.EnumerateFileSystemEntries(store.Layout.PhysicalStoreDir).Select(Path.GetFileName)
        )
        {
            if (name is not ".links" && !wanted.Contains(name!))
                _faults.Add($"{name} is in the store directory and no valid path");
        }
    }

    /// <summary>Each entry has another name, and is named after its content.</summary>
    private void CheckLinks()
    {
        foreach (var file in Directory.EnumerateFiles(store.Layout.LinksDir))
        {
            var status = Status(file);
            if (status.Links < 2)
                _faults.Add($"nothing shares {file}");
            if (store.UsesImmutableBit && status is { IsSymlink: false, IsImmutable: false })
                _faults.Add($"{file} is not immutable");
        }
    }

    private static IEnumerable<string> BelowAndSelf(string physical) =>
        Directory.Exists(physical) && new FileInfo(physical).LinkTarget is null
            ? Directory.EnumerateFileSystemEntries(physical, "*", SearchOption.AllDirectories).Prepend(physical)
            : [physical];

    private static FileStatus Status(string file)
    {
        var error = Syscalls.Status(Syscalls.CurrentDirectory, Encoding.UTF8.GetBytes(file), out var status);
        return error == 0 ? status : throw new IOException($"'{file}' cannot be looked at: error {-error}.");
    }
}
