using System.Collections.Immutable;
using Farm.Derivations.Objects;
using Farm.Derivations.Sources;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Streams;

namespace Farm.Derivations;

/// <summary>A file, link or directory of this machine, copied to the store as an input; Nix's path, <c>builtins.path</c> and <c>filterSource</c>.</summary>
/// <remarks>Read once when it is made, to know its path, and once more where it is written to a store that lacks it.</remarks>
public sealed class Source : StoreObject
{
    private readonly TreeFilter? _filter;
    private readonly Sha256Digest _narHash;
    private readonly long _narSizeBytes;

    private Source(
        StoreDir storeDir,
        StorePathName name,
        string file,
        TreeFilter? filter,
        Sha256Digest narHash,
        long narSizeBytes
    )
        : base(storeDir, StorePathMaker.Source(storeDir, name, narHash, [], hasSelfReference: false)) =>
        (File, _filter, _narHash, _narSizeBytes) = (file, filter, narHash, narSizeBytes);

    /// <summary>Where it is on this machine.</summary>
    public string File { get; }

    /// <summary>None: what stands in a source is not looked at.</summary>
    public override ImmutableArray<StoreObject> References => [];

    /// <summary>All of a file or directory.</summary>
    /// <param name="path">Where it is; relative to the current directory.</param>
    /// <param name="name">The name in the store; null for the path's last part.</param>
    /// <param name="settings">Null for <see cref="DerivationSettings.Default"/>.</param>
    /// <param name="ct">Stops reading.</param>
    /// <exception cref="DerivationException">It is not there, cannot be read, or its name is no name in a store.</exception>
    public static Task<Source> FromAsync(
        string path,
        string? name = null,
        DerivationSettings? settings = null,
        CancellationToken ct = default
    ) => FromAsync(path, filter: null, name, settings, ct);

    /// <summary>That of a directory for which a predicate holds; a directory that is left out is left out with all that is in it.</summary>
    /// <param name="includes">Told the path from the directory, with slashes, and what is there.</param>
    /// <inheritdoc cref="FromAsync(string, string?, DerivationSettings?, CancellationToken)"/>
#pragma warning disable CS1573
    public static Task<Source> WhereAsync(
        string path,
        Func<string, TreeEntryKind, bool> includes,
        string? name = null,
        DerivationSettings? settings = null,
        CancellationToken ct = default
    ) => FromAsync(path, new PredicateFilter(includes), name, settings, ct);

    /// <summary>That of a directory which git would not ignore, by the <c>.gitignore</c> files in it and above it in its repository; never <c>.git</c>.</summary>
    /// <remarks>The exclude files of a machine or of a clone count for nothing, so that the path is the same on all machines.</remarks>
    /// <inheritdoc cref="FromAsync(string, string?, DerivationSettings?, CancellationToken)"/>
    public static Task<Source> GitAsync(
        string path,
        string? name = null,
        DerivationSettings? settings = null,
        CancellationToken ct = default
    ) => FromAsync(path, GitIgnoreFilter.Of(System.IO.Path.GetFullPath(path)), name, settings, ct);

    /// <summary>That of a directory which a filter includes.</summary>
    /// <inheritdoc cref="FromAsync(string, string?, DerivationSettings?, CancellationToken)"/>
    public static async Task<Source> FromAsync(
        string path,
        TreeFilter? filter,
        string? name = null,
        DerivationSettings? settings = null,
        CancellationToken ct = default
    )
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        try
        {
            var inStore = StorePathName.Parse(name ?? System.IO.Path.GetFileName(full));
            if (inStore.Text.EndsWith(StorePath.DerivationSuffix, StringComparison.Ordinal))
            {
                throw new DerivationException(
                    $"The source '{full}' must not have a name that ends in '.drv'; give it another name."
                );
            }
            var (hash, sizeBytes) = await NarDump.HashAsync(full, filter, ct).ConfigureAwait(false);
            return new Source(
                (settings ?? DerivationSettings.Default).StoreDir,
                inStore,
                full,
                filter,
                hash,
                sizeBytes
            );
        }
        catch (Exception error) when (error is StoreException or NixFormatException)
        {
            throw new DerivationException($"The source '{full}' cannot be taken: {error.Message}", error);
        }
    }
#pragma warning restore CS1573

    public override PathInfo Describe() =>
        new()
        {
            Path = Path,
            NarHash = _narHash,
            NarSizeBytes = _narSizeBytes,
            ContentAddress = ContentAddress.Create(ContentAddressMethod.Nar, _narHash.ToHash()),
        };

    public override async Task WriteNarAsync(Stream destination, CancellationToken ct)
    {
        await using var digest = new HashingStream(destination);
        await NarDump.WriteAsync(File, digest, _filter, ct).ConfigureAwait(false);
        if (digest.Finish() != _narHash)
        {
            throw new DerivationException(
                $"The source '{File}' has changed since its path was computed; run the build again when nothing writes to it."
            );
        }
    }
}
