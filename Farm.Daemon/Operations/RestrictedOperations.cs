using Farm.Daemon.Connections;
using Farm.Daemon.Planning;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Operations;

/// <summary>Operations that come to something else, or to nothing, for a builder that sees only some of the store.</summary>
/// <remarks>Source: Nix's <c>RestrictedStore</c>, and what <c>Store</c> does where that says nothing.</remarks>
internal static class RestrictedOperations
{
    public static OperationPlan QueryAllValidPaths(ClientContext client) =>
        QueryOperations.OfPaths(client, _ => Task.FromResult(Visible(client).All));

    /// <summary>Nothing is fetched for it: what it sees is valid.</summary>
    public static async ValueTask<OperationPlan> QueryValidPathsAsync(ClientContext client, CancellationToken ct)
    {
        var paths = await client.Reader.ReadPathsAsync(client.StoreDir, ct).ConfigureAwait(false);
        if (client.Terms.IsAtLeast(SubstitutionOperations.MinorWithSubstituteFlag))
            await client.Reader.ReadBoolAsync(ct).ConfigureAwait(false);
        return QueryOperations.OfPaths(client, token => client.Store.ValidAsync([.. paths.Where(client.Sees)], token));
    }

    /// <summary>One path; no others are told of it.</summary>
    public static async ValueTask<OperationPlan> NoPathsOfAsync(ClientContext client, CancellationToken ct)
    {
        await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return QueryOperations.OfPaths(client, _ => Task.FromResult(NoPaths));
    }

    public static async ValueTask<OperationPlan> NoPathsOfAllAsync(ClientContext client, CancellationToken ct)
    {
        await client.Reader.ReadPathsAsync(client.StoreDir, ct).ConfigureAwait(false);
        return QueryOperations.OfPaths(client, _ => Task.FromResult(NoPaths));
    }

    /// <summary>One path, which is not to be had from elsewhere.</summary>
    public static async ValueTask<OperationPlan> NothingOfAsync(ClientContext client, CancellationToken ct)
    {
        await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return OperationPlan.Of(_ => Task.FromResult(false), (writer, isThere) => writer.WriteBool(isThere));
    }

    public static async ValueTask<OperationPlan> NoInfosAsync(ClientContext client, CancellationToken ct)
    {
        await SubstitutionOperations.ReadPathsAsync(client, ct).ConfigureAwait(false);
        return Zero();
    }

    public static async ValueTask<OperationPlan> QueryPathFromHashPartAsync(ClientContext client, CancellationToken ct)
    {
        await client.Reader.ReadTextAsync(ct).ConfigureAwait(false);
        return RestrictedRefusals.Refuse("queryPathFromHashPart");
    }

    /// <summary>What it does not see is unknown. Of the rest it learns, as in Nix, what would be built.</summary>
    public static async ValueTask<OperationPlan> QueryMissingAsync(ClientContext client, CancellationToken ct)
    {
        var wanted = await client.Reader.ReadDerivedPathsAsync(client.Terms, ct).ConfigureAwait(false);
        return OperationPlan.Of(
            async token =>
            {
                var sources = await Fetching.SourcesAsync(client, token).ConfigureAwait(false);
                var missing = await new MissingPlanner(client.Store, sources)
                    .PlanAsync([.. wanted.Where(one => client.Sees(one.BasePath))], token)
                    .ConfigureAwait(false);
                var unseen = wanted.Select(one => one.BasePath).Where(path => !client.Sees(path));
                return missing with { Unknown = missing.Unknown.Union(unseen) };
            },
            (writer, missing) => SubstitutionOperations.Write(writer, client.StoreDir, missing)
        ) with
        {
            IsLong = true,
        };
    }

    public static async ValueTask<OperationPlan> EnsurePathAsync(ClientContext client, CancellationToken ct)
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return OperationPlan.Of(_ =>
        {
            client.RequireVisible(path, "substitute");
            return Task.CompletedTask;
        });
    }

    /// <summary>All that it sees stays as long as the build.</summary>
    public static async ValueTask<OperationPlan> AddTempRootAsync(ClientContext client, CancellationToken ct)
    {
        await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return Done();
    }

    /// <summary>The link is in the sandbox, where nobody looks for it.</summary>
    public static async ValueTask<OperationPlan> AddIndirectRootAsync(ClientContext client, CancellationToken ct)
    {
        await client.Reader.ReadTextAsync(ct, WireLimits.MaxPathBytes).ConfigureAwait(false);
        return Done();
    }

    public static OperationPlan FindRoots() => Zero();

    /// <summary>Nothing is done, and nothing is wrong with that.</summary>
    public static OperationPlan Optimise() => Done();

    public static async ValueTask<OperationPlan> VerifyAsync(ClientContext client, CancellationToken ct)
    {
        await client.Reader.ReadBoolAsync(ct).ConfigureAwait(false);
        return await client.Reader.ReadBoolAsync(ct).ConfigureAwait(false)
            ? OperationPlan.Refuse("you are not privileged to repair paths")
            : OperationPlan.Of(_ => Task.FromResult(false), (writer, hasErrors) => writer.WriteBool(hasErrors));
    }

    private static System.Collections.Immutable.ImmutableSortedSet<StorePath> NoPaths => [];

    private static OperationPlan Done() => OperationPlan.Of(_ => Task.CompletedTask);

    private static OperationPlan Zero() =>
        OperationPlan.Of(_ => Task.FromResult(0UL), (writer, count) => writer.WriteNumber(count));

    private static Worker.Recursive.VisiblePaths Visible(ClientContext client) =>
        client.Visible ?? throw new InvalidOperationException("only a builder is served with restrictions");
}
