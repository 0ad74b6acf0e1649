using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Store.Wire;

/// <summary>Store paths on the wire: full paths as strings, an empty one for none.</summary>
/// <remarks>Read as tolerantly as Nix reads them: <c>/nix/store//x</c> and <c>/nix/store/./x</c> are <c>/nix/store/x</c>.</remarks>
public static class PathWire
{
    /// <exception cref="NixFormatException">It is no path of the store directory.</exception>
    public static async ValueTask<StorePath> ReadPathAsync(
        this WireReader reader,
        StoreDir storeDir,
        CancellationToken ct
    )
    {
        var text = await reader.ReadTextAsync(ct, WireLimits.MaxPathBytes).ConfigureAwait(false);
        return Parse(storeDir, text);
    }

    /// <summary>A path, or null for the empty string.</summary>
    public static async ValueTask<StorePath?> ReadOptionalPathAsync(
        this WireReader reader,
        StoreDir storeDir,
        CancellationToken ct
    )
    {
        var text = await reader.ReadTextAsync(ct, WireLimits.MaxPathBytes).ConfigureAwait(false);
        return text.Length == 0 ? null : Parse(storeDir, text);
    }

    /// <summary>A set, in any order and with doubles.</summary>
    public static async ValueTask<ImmutableSortedSet<StorePath>> ReadPathsAsync(
        this WireReader reader,
        StoreDir storeDir,
        CancellationToken ct
    )
    {
        var count = await reader.ReadCountAsync("paths", ct).ConfigureAwait(false);
        var paths = ImmutableSortedSet.CreateBuilder<StorePath>();
        for (var i = 0; i < count; i++)
            paths.Add(await reader.ReadPathAsync(storeDir, ct).ConfigureAwait(false));
        return paths.ToImmutable();
    }

    /// <summary>A list or set of texts, in the order they come in.</summary>
    public static async ValueTask<ImmutableArray<string>> ReadTextsAsync(
        this WireReader reader,
        CancellationToken ct,
        int maxBytes = WireLimits.MaxTextBytes
    )
    {
        var count = await reader.ReadCountAsync("texts", ct).ConfigureAwait(false);
        var texts = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < count; i++)
            texts.Add(await reader.ReadTextAsync(ct, maxBytes).ConfigureAwait(false));
        return texts.DrainToImmutable();
    }

    public static void WritePath(this WireWriter writer, StoreDir storeDir, StorePath path) =>
        writer.WriteText(storeDir.Print(path));

    /// <summary>The path, or the empty string for null.</summary>
    public static void WriteOptionalPath(this WireWriter writer, StoreDir storeDir, StorePath? path) =>
        writer.WriteText(path is { } known ? storeDir.Print(known) : "");

    /// <summary>A set; sorted when the collection is.</summary>
    public static void WritePaths(this WireWriter writer, StoreDir storeDir, IReadOnlyCollection<StorePath> paths)
    {
        writer.WriteNumber((ulong)paths.Count);
        foreach (var path in paths)
            writer.WritePath(storeDir, path);
    }

    private static StorePath Parse(StoreDir storeDir, string text) =>
        storeDir.TryParsePath(text, out var path) ? path : storeDir.ParseTolerantPath(text);
}
