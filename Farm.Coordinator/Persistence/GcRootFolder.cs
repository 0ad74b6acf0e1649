using System.Collections.Concurrent;
using System.Globalization;
using Farm.Coordinator.Planning;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Store.Paths;
using Farm.Store.Roots;

namespace Farm.Coordinator.Persistence;

/// <summary>Roots as Nix's collector reads them: symbolic links into the store under <c>gcroots</c>. What a build that goes on will have
/// is held besides, since it comes before its link does.</summary>
/// <remarks>Shape: <c>&lt;folder&gt;/&lt;build id&gt;/&lt;base name&gt;</c> → the logical store path. The folder of a build that is over has
/// the time of its end.</remarks>
public sealed class GcRootFolder(string folder, StoreDir storeDir, TempRoots holds, TimeProvider time) : IBuildRoots
{
    private readonly ConcurrentDictionary<BuildId, StoreHold> _going = [];

    public async Task BeginAsync(BuildId build, BuildPlan plan, CancellationToken ct)
    {
        if (!_going.ContainsKey(build))
        {
            var hold = await holds.HoldAsync([.. plan.Roots, .. Outputs(plan.Steps)], ct).ConfigureAwait(false);
            if (!_going.TryAdd(build, hold))
            {
                await hold.DisposeAsync().ConfigureAwait(false);
            }
        }

        var present = Outputs(plan.Steps.Where(step => step.IsValid));
        // A root must lead to something, and a derivation that was given is no path of the store.
        var given = plan.Steps.Where(step => step.GivenInputs is not null).ToArray();
        var stored = plan.Roots.Except(given.Select(step => step.DrvPath));
        var inputs = given.SelectMany(step => step.GivenInputs ?? []);
        await ProtectAsync(build, [.. stored, .. present, .. inputs], ct).ConfigureAwait(false);
    }

    public Task ProtectAsync(BuildId build, IEnumerable<StorePath> paths, CancellationToken ct) =>
        Task.Run(
            () =>
            {
                var links = Directory.CreateDirectory(FolderOf(build)).FullName;
                foreach (var path in paths)
                {
                    ct.ThrowIfCancellationRequested();
                    var link = Path.Combine(links, path.ToString());
                    if (new FileInfo(link).LinkTarget is null)
                    {
                        File.CreateSymbolicLink(link, storeDir.Print(path));
                    }
                }
            },
            ct
        );

    public async Task ReduceAsync(BuildId build, IReadOnlySet<StorePath> kept, CancellationToken ct)
    {
        await Task.Run(() => Reduce(build, kept), ct).ConfigureAwait(false);
        if (_going.TryRemove(build, out var hold))
        {
            await hold.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Removes the roots of builds that have been over for longer than is wanted, and of the oldest beyond the number wanted.</summary>
    /// <returns>The builds.</returns>
    public Task<IReadOnlyList<BuildId>> ExpireAsync(KeepBuilds keep, CancellationToken ct) =>
        Task.Run<IReadOnlyList<BuildId>>(
            () =>
            {
                var limit = time.GetUtcNow() - keep.Age;
                var expired = Over()
                    .OrderByDescending(build => build.Since)
                    .ThenByDescending(build => build.Id.Number)
                    .Where((build, index) => index >= keep.Count || build.Since < limit)
                    .Select(build => build.Id)
                    .ToList();
                foreach (var build in expired)
                {
                    Directory.Delete(FolderOf(build), recursive: true);
                }

                return expired;
            },
            ct
        );

    private static IEnumerable<StorePath> Outputs(IEnumerable<StepSpec> steps) =>
        steps.SelectMany(step => step.Outputs.Values);

    private List<(BuildId Id, DateTimeOffset Since)> Over()
    {
        var over = new List<(BuildId, DateTimeOffset)>();
        if (!Directory.Exists(folder))
        {
            return over;
        }

        foreach (var build in new DirectoryInfo(folder).EnumerateDirectories())
        {
            if (BuildId.TryParse(build.Name, out var id) && !_going.ContainsKey(id))
            {
                over.Add((id, build.LastWriteTimeUtc));
            }
        }

        return over;
    }

    private void Reduce(BuildId build, IReadOnlySet<StorePath> kept)
    {
        var links = new DirectoryInfo(FolderOf(build));
        if (!links.Exists)
        {
            return;
        }

        foreach (var link in links.EnumerateFileSystemInfos())
        {
            if (!StorePath.TryParse(link.Name, out var path) || !kept.Contains(path))
            {
                File.Delete(link.FullName);
            }
        }

        if (kept.Count == 0)
        {
            links.Delete();
        }
        else
        {
            links.LastWriteTimeUtc = time.GetUtcNow().UtcDateTime;
        }
    }

    private string FolderOf(BuildId build) => Path.Combine(folder, build.Number.ToString(CultureInfo.InvariantCulture));
}
