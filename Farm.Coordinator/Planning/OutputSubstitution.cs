using System.Collections.Concurrent;
using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.BinaryCaches;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Microsoft.Extensions.Logging;

namespace Farm.Coordinator.Planning;

/// <summary>Fetches outputs of derivations from binary caches, so that they need not be built.</summary>
public sealed class OutputSubstitution(Substituters substituters, ILogger log)
{
    /// <summary>What caches say that outputs of a derivation have come to, by output name.</summary>
    /// <param name="hash">Hash that it is recorded by.</param>
    public async Task<ImmutableSortedDictionary<string, StorePath>> FindAsync(
        Sha256Digest hash,
        IEnumerable<string> outputs,
        CancellationToken ct
    )
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, StorePath>(StringComparer.Ordinal);
        foreach (var name in substituters.IsEmpty ? [] : outputs)
        {
            var id = new DerivationOutputId(hash.ToHash(), name);
            if (await substituters.FindAsync(id, ct).ConfigureAwait(false) is { } known)
            {
                found.Add(name, known.OutPath);
            }
        }

        return found.ToImmutable();
    }

    /// <summary>Makes those of the outputs valid that a cache has.</summary>
    /// <param name="drvPathByOutput">The outputs, which somebody holds, each with its derivation.</param>
    /// <param name="progress">Is told too; null where nobody listens.</param>
    /// <param name="ct">Stops it; nothing is fetched any more when this has ended.</param>
    /// <exception cref="PlanException">A cache has one and does not give it, or may have it and cannot be asked, and <c>farm.store.fallback</c> is off.</exception>
    public async Task FetchAsync(
        IReadOnlyDictionary<StorePath, StorePath> drvPathByOutput,
        IProgress<SubstitutionProgress>? progress,
        CancellationToken ct
    )
    {
        if (substituters.IsEmpty || drvPathByOutput.Count == 0)
        {
            return;
        }

        var told = new Listener(log, progress);
        try
        {
            var unavailable = await substituters
                .RealiseAsync([.. drvPathByOutput.Keys], told, ct)
                .ConfigureAwait(false);
            foreach (var (output, drvPath) in drvPathByOutput)
            {
                if (substituters.Fallback || !unavailable.TryGetValue(output, out var why))
                {
                    continue;
                }

                if (told.Planned.ContainsKey(output))
                {
                    var reason = told.ReasonOf(output) ?? why;
                    throw new PlanException(
                        drvPath,
                        $"'{output}' is in a binary cache and cannot be fetched ({reason.TrimEnd('.')}): set farm.store.fallback to build it"
                    );
                }

                if (told.NotAsked.ContainsKey(output))
                {
                    throw new PlanException(
                        drvPath,
                        $"'{output}' may be in a binary cache that cannot be asked ({why}): set farm.store.fallback to build it"
                    );
                }
            }
        }
        catch (StoreException.NoSpace cause)
        {
            var drvPath = drvPathByOutput.Values.First();
            throw new PlanException(drvPath, $"outputs of '{drvPath}' cannot be fetched: {cause.Message}", cause);
        }
    }

    private sealed class Listener(ILogger log, IProgress<SubstitutionProgress>? next) : IProgress<SubstitutionProgress>
    {
        private readonly ConcurrentDictionary<StorePath, string> _refused = [];
        private volatile string? _first;

        /// <summary>Paths that a cache has, with all that they refer to.</summary>
        public ConcurrentDictionary<StorePath, bool> Planned { get; } = [];

        /// <summary>Paths that a cache may have that could not be asked.</summary>
        public ConcurrentDictionary<StorePath, bool> NotAsked { get; } = [];

        /// <summary>Why a cache did not give a path, or else something that it may refer to, as a sentence; null where all was given.</summary>
        public string? ReasonOf(StorePath path) => _refused.GetValueOrDefault(path) ?? _first;

        public void Report(SubstitutionProgress value)
        {
            switch (value)
            {
                case SubstitutionProgress.Planned planned:
                    foreach (var path in planned.Paths)
                        Planned[path] = true;
                    Log.FetchingPlanned(log, planned.Paths.Length, planned.DownloadBytes);
                    break;
                case SubstitutionProgress.NotAsked notAsked:
                    NotAsked[notAsked.Path] = true;
                    Log.FetchingFailed(log, notAsked.Path, notAsked.Reason);
                    break;
                case SubstitutionProgress.Added added:
                    Log.Fetched(log, added.Path);
                    break;
                case SubstitutionProgress.Refused refused:
                    _refused[refused.Path] = refused.Reason;
                    _first ??= refused.Reason;
                    Log.FetchingFailed(log, refused.Path, refused.Reason);
                    break;
                default:
                    break;
            }
            next?.Report(value);
        }
    }
}
