using System.Collections.Immutable;
using Farm.Derivations.Objects;
using Farm.Store.Paths;

namespace Farm.Derivations.Writing;

/// <summary>Writes derivations, with all derivations and sources that they need, to where they are lacking.</summary>
public static class ObjectWriter
{
    /// <summary>Writes derivations.</summary>
    /// <inheritdoc cref="WriteAsync(IEnumerable{StoreObject}, IObjectSink, CancellationToken)"/>
    public static Task<WriteReport> WriteAsync(
        IEnumerable<Derivation> derivations,
        IObjectSink sink,
        CancellationToken ct
    ) => WriteAsync(derivations.Select(derivation => derivation.File), sink, ct);

    /// <summary>Writes objects, each after what it refers to. Nothing that is there is read or written.</summary>
    /// <exception cref="DerivationException">A path that can only be there is not, or a source has changed.</exception>
    public static async Task<WriteReport> WriteAsync(
        IEnumerable<StoreObject> roots,
        IObjectSink sink,
        CancellationToken ct
    )
    {
        var all = ObjectGraph.Known(roots);
        var missing = await sink.MissingAsync([.. all.Select(item => item.Path)], ct).ConfigureAwait(false);
        var added = ImmutableArray.CreateBuilder<StorePath>(missing.Count);
        foreach (var item in all.Where(item => missing.Contains(item.Path)))
        {
            var info =
                item.Describe()
                ?? throw new DerivationException(
                    $"The path '{item.PrintedPath}' is an input, but is not in the store that is written to; copy it there first."
                );
            await sink.AddAsync(item, info, ct).ConfigureAwait(false);
            added.Add(item.Path);
        }
        return new WriteReport(added.ToImmutable(), all.Count - missing.Count);
    }
}
