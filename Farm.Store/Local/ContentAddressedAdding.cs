using System.Buffers;
using System.Collections.Immutable;
using Farm.Store.Nar;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Local;

/// <summary>Adds contents of which nothing is known under the path that follows from them, as uploads have it.</summary>
public static class ContentAddressedAdding
{
    /// <summary>Larger files are written to the disk first: an archive begins with the length of what it holds.</summary>
    private const int MemoryBytes = 1024 * 1024;

    /// <summary>Longest text that is taken, such as a derivation.</summary>
    private const int MaxTextBytes = 256 * 1024 * 1024;

    /// <summary>Adds what comes from a stream.</summary>
    /// <param name="store">Where.</param>
    /// <param name="name">The name in the store path.</param>
    /// <param name="contents">For the NAR method an archive, beyond which nothing is taken; else the bytes of the file, to the end.</param>
    /// <param name="how">How the content is addressed.</param>
    /// <param name="references">What it refers to; they must be valid.</param>
    /// <param name="ct">Stops before the path is made valid.</param>
    /// <exception cref="NixFormatException">The stream is no NAR, the method cannot be done here, or does not go with references.</exception>
    /// <exception cref="StoreException.MissingReference">A reference is not valid.</exception>
    public static Task<PathInfo> AddContentAddressedAsync(
        this LocalStore store,
        StorePathName name,
        Stream contents,
        MethodAlgorithm how,
        ImmutableSortedSet<StorePath> references,
        CancellationToken ct
    ) =>
        how switch
        {
            { Method: ContentAddressMethod.Text } => AddTextAsync(store, name, contents, references, ct),
            { Method: ContentAddressMethod.Nar, Algorithm: Hashing.HashAlgorithm.Sha256 } => store.AddDescribedNarAsync(
                contents,
                long.MaxValue,
                (hash, size) =>
                {
                    var address = ContentAddress.Create(ContentAddressMethod.Nar, hash.ToHash());
                    return Task.FromResult(
                        new PathInfo
                        {
                            Path = StorePathMaker.FromContentAddress(store.StoreDir, name, address, references, false),
                            NarHash = hash,
                            NarSizeBytes = size,
                            References = references,
                            ContentAddress = address,
                        }
                    );
                },
                ct
            ),
            _ when !references.IsEmpty => throw new NixFormatException(
                $"'{name}' cannot have references: they go with 'text:sha256' and 'r:sha256' only, not with '{how}'."
            ),
            { Method: ContentAddressMethod.Nar } => store.AddUnknownNarAsync(name, contents, how, ct),
            { Method: ContentAddressMethod.Flat } => AddFlatAsync(store, name, contents, how, ct),
            _ => throw new NixFormatException($"'{name}' cannot be added as '{how}': that method is not done here."),
        };

    private static async Task<PathInfo> AddTextAsync(
        LocalStore store,
        StorePathName name,
        Stream contents,
        ImmutableSortedSet<StorePath> references,
        CancellationToken ct
    )
    {
        var (text, isWhole) = await ReadAsync(contents, MaxTextBytes, ct).ConfigureAwait(false);
        return isWhole
            ? await store.AddTextAsync(name, text, references, ct).ConfigureAwait(false)
            : throw new NixFormatException($"The text '{name}' is longer than {MaxTextBytes} bytes.");
    }

    private static async Task<PathInfo> AddFlatAsync(
        LocalStore store,
        StorePathName name,
        Stream contents,
        MethodAlgorithm how,
        CancellationToken ct
    )
    {
        var (first, isWhole) = await ReadAsync(contents, MemoryBytes, ct).ConfigureAwait(false);
        if (isWhole)
            return await store
                .AddUnknownNarAsync(name, new MemoryStream(NarWriter.OfFile(first.Span)), how, ct)
                .ConfigureAwait(false);
        var file = $"{store.Layout.StateDir}/farm-upload-{Guid.NewGuid():N}";
        var spool = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        try
        {
            await using (spool.ConfigureAwait(false))
            {
                await spool.WriteAsync(first, ct).ConfigureAwait(false);
                await contents.CopyToAsync(spool, ct).ConfigureAwait(false);
            }
            return await store
                .AddFileTreeAsync(name, file, ContentAddressMethod.Flat, how.Algorithm, ct)
                .ConfigureAwait(false);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The stream's bytes; or, where it is longer, some more than so many of them.</summary>
    private static async Task<(ReadOnlyMemory<byte> Bytes, bool IsWhole)> ReadAsync(
        Stream contents,
        int mostBytes,
        CancellationToken ct
    )
    {
        var bytes = new ArrayBufferWriter<byte>();
        while (bytes.WrittenCount <= mostBytes)
        {
            var count = await contents.ReadAsync(bytes.GetMemory(16 * 1024), ct).ConfigureAwait(false);
            if (count == 0)
                return (bytes.WrittenMemory, true);
            bytes.Advance(count);
        }
        return (bytes.WrittenMemory, false);
    }
}
