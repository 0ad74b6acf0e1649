using System.Collections.Immutable;
using Farm.Store.Copying;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Store.Exporting;

/// <summary>Adds the paths of a stream that <see cref="StoreExporter"/> or <c>nix-store --export</c> has written.</summary>
/// <remarks>Nothing in the stream vouches for what it says: whoever imports it trusts its maker, unless signatures are required, which
/// the stream cannot carry.</remarks>
public sealed class StoreImporter(LocalStore store)
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>Adds path by path, each whole or not at all; those before a fault stay.</summary>
    /// <param name="source">The stream; bytes beyond its end may be taken too.</param>
    /// <param name="maxNarBytes">Longest archive taken.</param>
    /// <param name="progress">Told after each path.</param>
    /// <param name="ct">Stops, and leaves nothing of the path at hand.</param>
    /// <returns>The paths of the stream in their order, those that were valid before included.</returns>
    /// <exception cref="NixFormatException">The stream is malformed or cut off.</exception>
    /// <exception cref="StoreException.MissingReference">A path refers to one that is neither valid nor before it in the stream.</exception>
    public async Task<ImmutableArray<StorePath>> ImportAsync(
        Stream source,
        long maxNarBytes,
        IProgress<CopyProgress>? progress,
        CancellationToken ct
    )
    {
        var input = new BufferedStream(source, BufferBytes); // Not disposed of: that would close the source.
        var reader = new ExportReader(input, store.StoreDir);
        await using var import = new ImportRun(store, progress);
        while (await import.GuardAsync(() => reader.NextAsync(ct)).ConfigureAwait(false))
        {
            var staged = await import
                .GuardAsync(() =>
                    import.Adder.StageDescribedAsync(
                        input,
                        maxNarBytes,
                        (hash, size) => reader.DescriptionAsync(hash, size, ct),
                        ct
                    )
                )
                .ConfigureAwait(false);
            await import.AddAsync(staged).ConfigureAwait(false);
        }
        return await import.EndAsync().ConfigureAwait(false);
    }
}
