using System.Collections.Immutable;
using Farm.Daemon.Operations;
using Farm.Store.BinaryCaches;
using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Realisations;

namespace Farm.Daemon.Planning;

/// <summary>Finds out what would be built and fetched, and does nothing of it.</summary>
/// <remarks>Source: Nix's <c>Store::queryMissing</c>: a derivation is built where an output that is wanted is neither valid nor to be
/// fetched, and then all its inputs are wanted.</remarks>
/// <param name="store">What is there.</param>
/// <param name="sources">What can be fetched; null for nothing.</param>
internal sealed class MissingPlanner(LocalStore store, Substituters? sources)
{
    private readonly ImmutableSortedSet<StorePath>.Builder _toBuild = ImmutableSortedSet.CreateBuilder<StorePath>();
    private readonly ImmutableSortedSet<StorePath>.Builder _unknown = ImmutableSortedSet.CreateBuilder<StorePath>();
    private readonly Dictionary<StorePath, NarInfo> _toFetch = [];
    private readonly HashSet<string> _seen = [];
    private readonly Queue<DerivedPath> _open = new();
    private readonly StoreRealisations _realisations = new(store);

    public async Task<MissingPaths> PlanAsync(IReadOnlyList<DerivedPath> wanted, CancellationToken ct)
    {
        foreach (var one in wanted)
            Want(one);
        while (_open.TryDequeue(out var next))
        {
            switch (next)
            {
                case DerivedPath.Opaque opaque:
                    if (!await TryFetchAsync([opaque.Path], ct).ConfigureAwait(false))
                        _unknown.Add(opaque.Path);
                    break;
                case DerivedPath.Built { Derivation: SingleDerivedPath.Opaque drv } built:
                    await DeriveAsync(drv.Path, built.Outputs, ct).ConfigureAwait(false);
                    break;
                case DerivedPath.Built built:
                    _unknown.Add(built.BasePath); // Known only once the derivation itself is built.
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
        return new(
            _toBuild.ToImmutable(),
            [.. _toFetch.Keys],
            _unknown.ToImmutable(),
            _toFetch.Values.Sum(found => found.FileSizeBytes ?? 0),
            _toFetch.Values.Sum(found => found.Info.NarSizeBytes)
        );
    }

    private void Want(DerivedPath path)
    {
        if (_seen.Add(path.Print(store.StoreDir)))
            _open.Enqueue(path);
    }

    private async Task DeriveAsync(StorePath drvPath, OutputsSpec outputs, CancellationToken ct)
    {
        if (await store.QueryAsync(drvPath, ct).ConfigureAwait(false) is null)
        {
            if (!await TryFetchAsync([drvPath], ct).ConfigureAwait(false))
                _unknown.Add(drvPath);
            return;
        }
        var derivation = await DerivationFiles.ReadAsync(store, drvPath, ct).ConfigureAwait(false);
        var wanted = derivation.Outputs.Keys.Where(outputs.Includes).ToArray();
        var paths = await _realisations.OutputsAsync(derivation, ct).ConfigureAwait(false);
        var known = wanted.Where(paths.ContainsKey).Select(name => paths[name]).ToArray();
        var options = DerivationOptions.From(derivation);
        if (
            known.Length == wanted.Length
            && await HaveAsync(known, options.AllowsSubstitutes, ct).ConfigureAwait(false)
        )
            return;
        _toBuild.Add(drvPath);
        foreach (var source in derivation.InputSources)
            Want(new DerivedPath.Opaque(source));
        foreach (var (input, which) in derivation.InputDerivations)
        {
            if (!which.Outputs.IsEmpty)
                Want(DerivedPath.Of(input, new OutputsSpec.Names(which.Outputs)));
        }
    }

    private async Task<bool> HaveAsync(StorePath[] paths, bool mayFetch, CancellationToken ct) =>
        mayFetch
            ? await TryFetchAsync(paths, ct).ConfigureAwait(false)
            : (await store.ValidAsync(paths, ct).ConfigureAwait(false)).Count == paths.Distinct().Count();

    /// <summary>Whether the paths are valid, or can all be fetched with all they refer to; what is fetched for them is noted then.</summary>
    private async Task<bool> TryFetchAsync(StorePath[] paths, CancellationToken ct)
    {
        var valid = await store.ValidAsync(paths, ct).ConfigureAwait(false);
        var missing = paths.Where(path => !valid.Contains(path)).ToArray();
        if (missing.Length == 0)
            return true;
        if (sources is null)
            return false;
        var plan = await sources.PlanAsync(missing, ct).ConfigureAwait(false);
        if (missing.Any(plan.Unavailable.ContainsKey))
            return false;
        foreach (var one in plan.ToFetch)
            _toFetch[one.Path] = one.NarInfo;
        return true;
    }
}
