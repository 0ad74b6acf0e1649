using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Coordinator.Planning;

/// <summary>Makes the request for a step whose inputs are all in the coordinator's store.</summary>
public sealed class RequestSource(IStore store, DerivationSource derivations)
{
    /// <exception cref="PlanException">A derivation or an input is no longer in the store.</exception>
    /// <param name="drvPath">The derivation, resolved where it must be.</param>
    /// <param name="realisationHash">Hash that what it comes to is recorded by; null where that is not recorded.</param>
    /// <param name="options">Limits that the client set.</param>
    /// <param name="outputs">Its outputs by name, where it is built again: what is recorded of them goes with it.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<PreparedRequest> PrepareAsync(
        StorePath drvPath,
        Sha256Digest? realisationHash,
        BuildOptions options,
        ImmutableSortedDictionary<string, StorePath>? outputs,
        CancellationToken ct
    )
    {
        var derivation = await derivations.ReadAsync(drvPath, ct).ConfigureAwait(false);
        var resolved = ImmutableSortedSet.CreateBuilder<StorePath>();
        foreach (var (inputPath, wanted) in derivation.InputDerivations)
        {
            var input = await derivations.ReadAsync(inputPath, ct).ConfigureAwait(false);
            foreach (var name in wanted.Outputs)
            {
                resolved.Add(
                    input.Outputs.GetValueOrDefault(name)?.KnownPath
                        ?? throw new PlanException(
                            drvPath,
                            $"'{drvPath}' needs output '{name}' of '{inputPath}', which has none"
                        )
                );
            }
        }

        var request = BuildRequest.From(
            store.StoreDir,
            drvPath,
            derivation,
            resolved.ToImmutable(),
            realisationHash,
            options
        ) with
        {
            Recorded = outputs is null ? null : await RecordedAsync(outputs, ct).ConfigureAwait(false),
        };
        return new PreparedRequest(request, await ClosureAsync(drvPath, request.InputPaths, ct).ConfigureAwait(false));
    }

    private async Task<ImmutableSortedDictionary<string, PathInfo>> RecordedAsync(
        ImmutableSortedDictionary<string, StorePath> outputs,
        CancellationToken ct
    )
    {
        var recorded = ImmutableSortedDictionary.CreateBuilder<string, PathInfo>(StringComparer.Ordinal);
        foreach (var (name, path) in outputs)
        {
            if (await store.QueryAsync(path, ct).ConfigureAwait(false) is { } info)
            {
                recorded.Add(name, info);
            }
        }

        return recorded.ToImmutable();
    }

    private async Task<ImmutableSortedSet<StorePath>> ClosureAsync(
        StorePath drvPath,
        ImmutableSortedSet<StorePath> paths,
        CancellationToken ct
    )
    {
        var closure = paths.ToBuilder();
        var open = new Queue<StorePath>(paths);
        while (open.TryDequeue(out var path))
        {
            var info =
                await store.QueryAsync(path, ct).ConfigureAwait(false)
                ?? throw new PlanException(drvPath, $"the input '{path}' of '{drvPath}' is not in the farm's store");
            foreach (var reference in info.References)
            {
                if (closure.Add(reference))
                {
                    open.Enqueue(reference);
                }
            }
        }

        return closure.ToImmutable();
    }
}
