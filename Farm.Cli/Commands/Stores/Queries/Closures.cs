using System.Collections.Immutable;
using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Queries;

/// <summary>Closures as <c>nix-store --query</c> means them. Source: Nix's <c>computeFSClosure</c>.</summary>
internal static class Closures
{
    /// <summary>The targets and all they refer to, with the valid outputs of derivations where these are asked for.</summary>
    /// <exception cref="Farm.Store.StoreException.InvalidPath">A target is not valid.</exception>
    public static async Task<ImmutableSortedSet<StorePath>> RequisitesAsync(QueryRequest request, CancellationToken ct)
    {
        StorePath[] roots = [.. request.Targets];
        var closure = await request.Store.ClosureAsync(roots, ct).ConfigureAwait(false);
        var looked = ImmutableSortedSet<StorePath>.Empty;
        while (request.IncludeOutputs)
        {
            StorePath[] derivations = [.. closure.Except(looked).Where(path => path.IsDerivation)];
            if (derivations.Length == 0)
            {
                break;
            }
            looked = closure;
            StorePath[] outputs =
            [
                .. derivations.SelectMany(path => OutputPaths.Known(request.Derivation(path)).Values),
            ];
            var valid = await request.Store.ValidAsync(outputs, ct).ConfigureAwait(false);
            closure = closure.Union(await request.Store.ClosureAsync(valid, ct).ConfigureAwait(false));
        }
        return closure;
    }

    /// <summary>The targets and all that refers to them, directly or not.</summary>
    /// <param name="withOutputs">Whether a derivation is taken to be needed by its valid outputs, as the collector does.</param>
    /// <exception cref="Farm.Store.StoreException.InvalidPath">A target is not valid.</exception>
    public static async Task<SortedSet<StorePath>> ReferrersAsync(
        QueryRequest request,
        bool withOutputs,
        CancellationToken ct
    )
    {
        var found = new SortedSet<StorePath>();
        var left = new Queue<StorePath>();
        foreach (var target in request.Targets)
        {
            left.Enqueue((await request.InfoAsync(target, ct).ConfigureAwait(false)).Path);
        }
        while (left.TryDequeue(out var path))
        {
            if (!found.Add(path))
            {
                continue;
            }
            foreach (var referrer in await request.Store.ReferrersAsync(path, ct).ConfigureAwait(false))
            {
                left.Enqueue(referrer);
            }
            if (withOutputs && path.IsDerivation)
            {
                StorePath[] outputs = [.. OutputPaths.Known(request.Derivation(path)).Values];
                foreach (var output in await request.Store.ValidAsync(outputs, ct).ConfigureAwait(false))
                {
                    left.Enqueue(output);
                }
            }
        }
        return found;
    }
}
