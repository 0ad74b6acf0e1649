using System.Collections.Immutable;
using Farm.Daemon.Connections;
using Farm.Store.BinaryCaches;
using Farm.Store.Paths;

namespace Farm.Daemon.Operations;

/// <summary>Fetching for a client that asks for paths, not for builds.</summary>
internal static class Fetching
{
    /// <summary>Where from; null where there is nothing, or the client wants none.</summary>
    public static async ValueTask<Substituters?> SourcesAsync(ClientContext client, CancellationToken ct)
    {
        if (client.Settings.Substitute == false)
            return null;
        var sources = client.Parts.Choices is { } choices
            ? await choices.ForAsync(client.Settings, client.Log, ct).ConfigureAwait(false)
            : client.Parts.Substituters;
        return sources is { IsEmpty: false } ? sources : null;
    }

    /// <summary>Fetches what is not valid, as far as it can be had.</summary>
    /// <returns>The paths that are not valid then, each with the reason as half a sentence.</returns>
    public static async Task<ImmutableSortedDictionary<StorePath, string>> TryAsync(
        ClientContext client,
        IReadOnlyCollection<StorePath> paths,
        CancellationToken ct
    )
    {
        await client.Holds.AddAsync(paths, ct).ConfigureAwait(false);
        var valid = await client.Store.ValidAsync(paths, ct).ConfigureAwait(false);
        var missing = paths.Where(path => !valid.Contains(path)).ToArray();
        if (missing.Length == 0)
            return ImmutableSortedDictionary<StorePath, string>.Empty;
        return await SourcesAsync(client, ct).ConfigureAwait(false) is { } sources
            ? await sources.RealiseAsync(missing, progress: null, ct).ConfigureAwait(false)
            : missing.ToImmutableSortedDictionary(path => path, _ => "there is no substituter to ask");
    }
}
