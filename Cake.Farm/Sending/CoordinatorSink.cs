using System.Collections.Immutable;
using Cake.Core;
using Farm.Derivations;
using Farm.Derivations.Objects;
using Farm.Derivations.Writing;
using Farm.Http;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Cake.Farm.Sending;

/// <summary>Writes derivations and what they need to a coordinator's store.</summary>
internal sealed class CoordinatorSink(HttpStoreClient store) : IObjectSink
{
    /// <summary>Sends what the coordinator lacks; one question where it lacks nothing.</summary>
    /// <exception cref="CakeException">It cannot be reached, or refuses.</exception>
    public static async Task SendAsync(
        IReadOnlyCollection<Derivation> derivations,
        string address,
        Action<string> tell,
        CancellationToken ct
    )
    {
        if (derivations.Count == 0)
        {
            return;
        }
        if (
            !Uri.TryCreate(address.EndsWith('/') ? address : address + "/", UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https")
        )
        {
            throw new CakeException(
                $"'{address}' is no address of a coordinator: give one such as http://127.0.0.1:7410."
            );
        }
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var sink = new CoordinatorSink(new HttpStoreClient(http, uri, derivations.First().File.StoreDir));
        try
        {
            var report = await ObjectWriter.WriteAsync(derivations, sink, ct).ConfigureAwait(false);
            if (!report.Added.IsEmpty)
            {
                tell($"Sent {report.Added.Length} derivations and sources.");
            }
        }
        catch (HttpStoreException error) when (error is { IsTransient: true, Status: null })
        {
            throw new CakeException(
                $"No coordinator answers at {uri} ({error.GetBaseException().Message}); start a farm with 'farm up' or FarmUp(), or name another coordinator in the settings.",
                error
            );
        }
        catch (Exception error) when (error is HttpStoreException or DerivationException)
        {
            throw new CakeException(error.Message, error);
        }
    }

    public Task<ImmutableSortedSet<StorePath>> MissingAsync(
        IReadOnlyCollection<StorePath> paths,
        CancellationToken ct
    ) => store.MissingAsync(paths, ct);

    public Task AddAsync(StoreObject item, PathInfo info, CancellationToken ct) =>
        store.UploadAsync(info, item.WriteNarAsync, ct);
}
