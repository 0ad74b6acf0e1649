using System.Globalization;
using Farm.Protocol;
using Farm.Store.Paths;

namespace Farm.Coordinator.Persistence;

/// <summary>Roots as Nix's collector reads them: symbolic links into the store under <c>gcroots</c>.</summary>
/// <remarks>Shape: <c>&lt;folder&gt;/&lt;build id&gt;/&lt;base name&gt;</c> → the logical store path.</remarks>
public sealed class GcRootFolder(string folder, StoreDir storeDir) : IBuildRoots
{
    public Task ProtectAsync(BuildId build, IEnumerable<StorePath> paths, CancellationToken ct) =>
        Task.Run(
            () =>
            {
                var links = Directory.CreateDirectory(FolderOf(build)).FullName;
                foreach (var path in paths)
                {
                    var link = Path.Combine(links, path.ToString());
                    if (new FileInfo(link).LinkTarget is null)
                    {
                        File.CreateSymbolicLink(link, storeDir.Print(path));
                    }
                }
            },
            ct
        );

    public Task ReduceAsync(BuildId build, IReadOnlySet<StorePath> kept, CancellationToken ct) =>
        Task.Run(
            () =>
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
            },
            ct
        );

    private string FolderOf(BuildId build) => Path.Combine(folder, build.Number.ToString(CultureInfo.InvariantCulture));
}
