using System.Collections.Immutable;
using System.Diagnostics;
using Farm.Daemon.Building;
using Farm.Daemon.Connections;
using Farm.Store.Collector;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Operations;

/// <summary>Collecting garbage.</summary>
internal static class CollectOperations
{
    /// <summary>What is to be done; the values are those of the wire.</summary>
    private enum CollectAction
    {
        ReturnLive = 0,
        ReturnDead = 1,
        DeleteDead = 2,
        DeleteSpecific = 3,
    }

    /// <param name="Paths">Null for the whole store.</param>
    private sealed record Request(
        CollectAction Action,
        ImmutableSortedSet<StorePath>? Paths,
        bool DeletesReferrers,
        long? MaxFreedBytes
    );

    private sealed record Answer(IReadOnlyCollection<string> Paths, long FreedBytes);

    public static async ValueTask<OperationPlan> CollectAsync(ClientContext client, CancellationToken ct)
    {
        var reader = client.Reader;
        var number = await reader.ReadSmallAsync("an action", ct).ConfigureAwait(false);
        if (number > (uint)CollectAction.DeleteSpecific)
            throw reader.Fault($"no action of a collection is {number}");
        var action = (CollectAction)number;
        var (paths, deletesReferrers) = await ReadPathsAsync(client, action, ct).ConfigureAwait(false);
        var ignoresLiveness = await reader.ReadBoolAsync(ct).ConfigureAwait(false);
        var maxFreed = await reader.ReadNumberAsync(ct).ConfigureAwait(false);
        for (var i = 0; i < 3; i++)
            await reader.ReadNumberAsync(ct).ConfigureAwait(false); // Obsolete.
        if (ignoresLiveness)
            return OperationPlan.Refuse("you are not allowed to ignore liveness");
        var request = new Request(
            action,
            paths,
            deletesReferrers,
            maxFreed == ulong.MaxValue ? null : (long)Math.Min(maxFreed, long.MaxValue)
        );
        return OperationPlan.Of(
            // A builder collects nothing, and is told nothing of what there is.
            token => client.Visible is null ? RunAsync(client, request, token) : Task.FromResult(new Answer([], 0)),
            (writer, answer) =>
            {
                writer.WriteTexts(answer.Paths);
                writer.WriteSize(answer.FreedBytes);
                writer.WriteNumber(0); // Obsolete.
            }
        ) with
        {
            IsLong = true,
        };
    }

    private static async ValueTask<(ImmutableSortedSet<StorePath>?, bool)> ReadPathsAsync(
        ClientContext client,
        CollectAction action,
        CancellationToken ct
    )
    {
        if (client.Terms.Features.HasFlag(ProtocolFeatures.DeleteDeadSpecificReferrers))
        {
            if (await client.Reader.ReadBoolAsync(ct).ConfigureAwait(false))
                return (null, false);
            var named = await client.Reader.ReadPathsAsync(client.StoreDir, ct).ConfigureAwait(false);
            return (named, await client.Reader.ReadBoolAsync(ct).ConfigureAwait(false));
        }
        var paths = await client.Reader.ReadPathsAsync(client.StoreDir, ct).ConfigureAwait(false);
        if (action == CollectAction.DeleteDead && !paths.IsEmpty)
            throw client.Reader.Fault("paths are named for a collection of all that is dead");
        return (action == CollectAction.DeleteSpecific ? paths : null, false);
    }

    private static async Task<Answer> RunAsync(ClientContext client, Request request, CancellationToken ct) =>
        request switch
        {
            { Action: CollectAction.ReturnLive } => await ListAsync(client, new CollectRequest.QueryLive(), request, ct)
                .ConfigureAwait(false),
            { Action: CollectAction.ReturnDead } => await ListAsync(client, new CollectRequest.QueryDead(), request, ct)
                .ConfigureAwait(false),
            { Paths: null } => await DeleteAsync(client, new CollectRequest.Collect(request.MaxFreedBytes), ct)
                .ConfigureAwait(false),
            { Action: CollectAction.DeleteSpecific, Paths: { } named } => await DeleteAsync(
                    client,
                    new CollectRequest.DeletePaths(
                        await WithReferrersAsync(client, named, request, ct).ConfigureAwait(false)
                    ),
                    ct
                )
                .ConfigureAwait(false),
            { Paths: { } named } => await DeleteDeadOfAsync(client, named, request, ct).ConfigureAwait(false),
            _ => throw new UnreachableException(),
        };

    private static async Task<Answer> ListAsync(
        ClientContext client,
        CollectRequest query,
        Request request,
        CancellationToken ct
    )
    {
        var report = await Collector(client).CollectAsync(query, progress: null, ct).ConfigureAwait(false);
        var listed = request.Paths is { } named ? report.Listed.Intersect(named) : report.Listed;
        return new([.. listed.Select(client.StoreDir.Print)], 0);
    }

    /// <summary>Deletes those of the paths that are dead, and that nothing refers to which stays.</summary>
    private static async Task<Answer> DeleteDeadOfAsync(
        ClientContext client,
        ImmutableSortedSet<StorePath> named,
        Request request,
        CancellationToken ct
    )
    {
        var chosen = await WithReferrersAsync(client, named, request, ct).ConfigureAwait(false);
        var dead = await Collector(client)
            .CollectAsync(new CollectRequest.QueryDead(), progress: null, ct)
            .ConfigureAwait(false);
        chosen = chosen.Intersect(dead.Listed);
        for (var before = -1; before != chosen.Count; )
        {
            before = chosen.Count;
            foreach (var path in chosen)
            {
                var referrers = await client.Store.ReferrersAsync(path, ct).ConfigureAwait(false);
                if (!referrers.IsSubsetOf(chosen))
                    chosen = chosen.Remove(path);
            }
        }
        return chosen.IsEmpty
            ? new([], 0)
            : await DeleteAsync(client, new CollectRequest.DeletePaths(chosen), ct).ConfigureAwait(false);
    }

    private static async Task<ImmutableSortedSet<StorePath>> WithReferrersAsync(
        ClientContext client,
        ImmutableSortedSet<StorePath> named,
        Request request,
        CancellationToken ct
    )
    {
        if (!request.DeletesReferrers)
            return named;
        var found = named.ToBuilder();
        var open = new Queue<StorePath>(named);
        while (open.TryDequeue(out var path))
        {
            foreach (var referrer in await client.Store.ReferrersAsync(path, ct).ConfigureAwait(false))
            {
                if (found.Add(referrer))
                    open.Enqueue(referrer);
            }
        }
        return found.ToImmutable();
    }

    private static async Task<Answer> DeleteAsync(ClientContext client, CollectRequest request, CancellationToken ct)
    {
        var deleted = new List<string>();
        await using var pump = new ProgressPump<CollectProgress>(TellAsync);
        var report = await Collector(client).CollectAsync(request, pump, ct).ConfigureAwait(false);
        await pump.DisposeAsync().ConfigureAwait(false);
        return new(deleted, report.FreedBytes);

        async ValueTask TellAsync(CollectProgress progress)
        {
            switch (progress)
            {
                case CollectProgress.Searching:
                    await client
                        .Log.LineAsync(Verbosity.Info, "finding garbage collector roots...", ct)
                        .ConfigureAwait(false);
                    break;
                case CollectProgress.Deleted names:
                    foreach (var name in names.Names)
                    {
                        var path = $"{client.StoreDir.Text}/{name}";
                        deleted.Add(path);
                        await client.Log.LineAsync(Verbosity.Info, $"deleting '{path}'", ct).ConfigureAwait(false);
                    }
                    break;
                case CollectProgress.Sweeping { Done: 0 }:
                    await client.Log.LineAsync(Verbosity.Info, "deleting unused links...", ct).ConfigureAwait(false);
                    break;
                default:
                    break; // Only counts.
            }
        }
    }

    private static GarbageCollector Collector(ClientContext client) => new(client.Store, client.Store.Collector);
}
