using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Nar;
using Farm.Store.Paths;

namespace Farm.Coordinator.Planning;

/// <summary>Reads derivations out of a store, or else from those that were given.</summary>
/// <param name="store">Where derivations are files; what it has counts.</param>
/// <param name="given">Derivations that nobody has as files; null where there are none.</param>
public sealed class DerivationSource(IStore store, GivenDerivations? given = null)
{
    private const long RecentBytes = 16 * 1024 * 1024;

    private readonly RecentDerivations _recent = new(RecentBytes);

    /// <summary>Reads several; those that were read not long ago are asked for in one question.</summary>
    /// <exception cref="PlanException">As of <see cref="ReadAsync(StorePath, CancellationToken)"/>, for the first that fails.</exception>
    public async Task<List<(StorePath DrvPath, Derivation Derivation)>> ReadAsync(
        IReadOnlyCollection<StorePath> drvPaths,
        CancellationToken ct
    )
    {
        var valid = await store.ValidAsync(drvPaths, ct).ConfigureAwait(false);
        var read = new List<(StorePath, Derivation)>(drvPaths.Count);
        foreach (var drvPath in drvPaths)
        {
            var known = valid.Contains(drvPath) ? _recent.Find(drvPath) : null;
            read.Add((drvPath, known ?? await ReadAsync(drvPath, ct).ConfigureAwait(false)));
        }
        return read;
    }

    /// <exception cref="PlanException">The path is not valid in the store, or its contents are no derivation.</exception>
    public async Task<Derivation> ReadAsync(StorePath drvPath, CancellationToken ct)
    {
        if (!drvPath.IsDerivation)
        {
            throw new PlanException(drvPath, $"'{drvPath}' is not a derivation: its name must end in '.drv'");
        }

        var info = await store.QueryAsync(drvPath, ct).ConfigureAwait(false);
        if (info is null && given is not null && await given.FindAsync(drvPath, ct).ConfigureAwait(false) is { } found)
        {
            return found;
        }

        info =
            info
            ?? throw new PlanException(
                drvPath,
                $"the derivation '{drvPath}' is not in the farm's store: upload it with all that it refers to"
            );
        if (info.NarSizeBytes > DerivationParser.MaxBytes)
        {
            throw new PlanException(
                drvPath,
                $"the derivation '{drvPath}' has {info.NarSizeBytes} bytes, more than the {DerivationParser.MaxBytes} that are read"
            );
        }

        if (_recent.Find(drvPath) is { } known)
        {
            return known;
        }

        try
        {
            using var nar = new MemoryStream((int)info.NarSizeBytes);
            await store.DumpNarAsync(drvPath, nar, ct).ConfigureAwait(false);
            nar.Position = 0;
            var text = await ContentsAsync(nar, ct).ConfigureAwait(false);
            var derivation = DerivationParser.Parse(store.StoreDir, drvPath, text.Span);
            _recent.Add(drvPath, derivation, info.NarSizeBytes);
            return derivation;
        }
        catch (NixFormatException cause)
        {
            throw new PlanException(drvPath, $"the derivation '{drvPath}' is corrupt: {cause.Message}", cause);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ContentsAsync(MemoryStream nar, CancellationToken ct)
    {
        using var reader = new NarReader(nar, NarReadAhead.Free);
        if (await reader.ReadAsync(ct).ConfigureAwait(false) is not NarEvent.Regular)
        {
            throw new NixFormatException("it is not a regular file");
        }

        using var contents = new MemoryStream((int)nar.Length);
        while (await reader.ReadContentsAsync(ct).ConfigureAwait(false) is { IsEmpty: false } piece)
        {
            contents.Write(piece.Span);
        }

        return contents.ToArray();
    }
}
