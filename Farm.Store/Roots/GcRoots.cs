using System.Text;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Paths;

namespace Farm.Store.Roots;

/// <summary>Makes roots of a store: links that keep paths from the collector. Each is put in place at once, also over another.</summary>
public sealed class GcRoots(LocalStore store)
{
    private readonly StoreTargets _targets = new(store.Layout, store.Files.StoreDirectory);

    /// <summary>Makes a link to a path, anywhere but in the store, and registers it, so that the path stays for as long as the link does.</summary>
    /// <param name="path">What to keep.</param>
    /// <param name="link">Absolute. A link into the store that is there is replaced.</param>
    /// <param name="ct">Stops before the link is made.</param>
    /// <returns>The link, without <c>.</c> and <c>..</c>.</returns>
    /// <exception cref="StoreException.InvalidPath">The path is not valid.</exception>
    /// <exception cref="StoreException.RootRefused">The link would be in the store, or something else is there.</exception>
    /// <exception cref="StoreException.FileSystem">The link cannot be made.</exception>
    /// <remarks>Source: Nix's <c>LocalFSStore::addPermRoot</c>.</remarks>
    public async Task<string> AddIndirectAsync(StorePath path, string link, CancellationToken ct)
    {
        var full = Path.GetFullPath(link);
        if (_targets.IsInStore(StoreTargets.Raw(full), out _))
            throw new StoreException.RootRefused(full, "it is in the store, where no root may be");
        await using var hold = await HoldValidAsync(path, ct).ConfigureAwait(false);
        var isThere = Syscalls.Status(Syscalls.CurrentDirectory, Encoding.UTF8.GetBytes(full), out _) == 0;
        if (isThere && !LeadsIntoStore(full))
            throw new StoreException.RootRefused(full, "what is there is no link into the store, and is not replaced");
        RootLinks.ReplaceLink(full, store.StoreDir.Print(path));
        RootLinks.Register(store.Layout.RootsDir, full);
        return full;
    }

    /// <summary>Makes a link to a path in <c>gcroots</c>.</summary>
    /// <param name="path">What to keep.</param>
    /// <param name="name">The link's name there, with its folders, such as <c>farm/12</c>. A link that is there is replaced.</param>
    /// <param name="ct">Stops before the link is made.</param>
    /// <exception cref="StoreException.InvalidPath">The path is not valid.</exception>
    /// <exception cref="StoreException.FileSystem">The link cannot be made.</exception>
    public async Task AddPermanentAsync(StorePath path, string name, CancellationToken ct)
    {
        await using var hold = await HoldValidAsync(path, ct).ConfigureAwait(false);
        var link = $"{store.Layout.RootsDir}/{name}";
        RootLinks.MakeFolder(link[..link.LastIndexOf('/')]);
        RootLinks.ReplaceLink(link, store.StoreDir.Print(path));
    }

    /// <summary>Removes a folder of links in <c>gcroots</c>, or one link. Nothing happens where it is not there.</summary>
    /// <exception cref="StoreException.FileSystem">It cannot be removed.</exception>
    public void RemovePermanent(string name)
    {
        var file = $"{store.Layout.RootsDir}/{name}";
        try
        {
            if (new FileInfo(file).LinkTarget is not null)
                File.Delete(file);
            else if (Directory.Exists(file))
                Directory.Delete(file, recursive: true); // Does not follow links.
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new StoreException.FileSystem(file, "remove the root", cause);
        }
    }

    private bool LeadsIntoStore(string link) =>
        RawLink.Read(StoreTargets.Raw(link), out _) is { } target && _targets.IsInStore(target, out _);

    private async Task<StoreHold> HoldValidAsync(StorePath path, CancellationToken ct)
    {
        var hold = await store.TempRoots.HoldAsync([path], ct).ConfigureAwait(false);
        try
        {
            return await store.QueryAsync(path, ct).ConfigureAwait(false) is not null
                ? hold
                : throw new StoreException.InvalidPath(store.StoreDir.Print(path));
        }
        catch
        {
            await hold.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
