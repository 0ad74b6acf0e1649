using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Realisations;

namespace Farm.Worker.Execution;

/// <summary>What is recorded of outputs that are built again: what the request says, else what the store has.</summary>
internal static class RecordedOutputs
{
    /// <returns>By the path that the request has for the output; those of which nothing is recorded are left out.</returns>
    public static async Task<ImmutableDictionary<StorePath, PathInfo>> FindAsync(
        LocalStore store,
        BuildRequest request,
        CancellationToken ct
    )
    {
        var found = ImmutableDictionary.CreateBuilder<StorePath, PathInfo>();
        foreach (var output in request.Outputs)
        {
            if (request.Recorded is { } told)
            {
                if (told.TryGetValue(output.Name, out var recorded))
                    found.Add(output.Path, recorded);
            }
            else if (
                await PathOfAsync(store, request, output, ct).ConfigureAwait(false) is { } path
                && await store.QueryAsync(path, ct).ConfigureAwait(false) is { } info
            )
                found.Add(output.Path, info);
        }
        return found.ToImmutable();
    }

    private static async Task<StorePath?> PathOfAsync(
        LocalStore store,
        BuildRequest request,
        RequestedOutput output,
        CancellationToken ct
    )
    {
        if (output.Floating is null)
            return output.Path;
        if (request.RealisationHash is not { } hash)
            return null;
        var id = new DerivationOutputId(hash.ToHash(), output.Name);
        return (await new StoreRealisations(store).QueryAsync(id, ct).ConfigureAwait(false))?.OutPath;
    }
}
