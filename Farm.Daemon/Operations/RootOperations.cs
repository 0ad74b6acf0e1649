using Farm.Daemon.Connections;
using Farm.Store;
using Farm.Store.Roots;
using Farm.Store.Wire;

namespace Farm.Daemon.Operations;

/// <summary>What keeps paths from the collector.</summary>
internal static class RootOperations
{
    /// <summary>What clients who are not trusted see in place of what others' processes use.</summary>
    private const string Censored = "{censored}";

    public static async ValueTask<OperationPlan> AddTempRootAsync(ClientContext client, CancellationToken ct)
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return OperationPlan.Of(token => client.Holds.AddAsync([path], token));
    }

    public static async ValueTask<OperationPlan> AddIndirectRootAsync(ClientContext client, CancellationToken ct)
    {
        var link = await client.Reader.ReadTextAsync(ct, WireLimits.MaxPathBytes).ConfigureAwait(false);
        return OperationPlan.Of(_ =>
        {
            RootLinks.Register(client.Store.Layout.RootsDir, Absolute(link));
            return Task.CompletedTask;
        });
    }

    public static async ValueTask<OperationPlan> AddPermRootAsync(ClientContext client, CancellationToken ct)
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        var link = await client.Reader.ReadTextAsync(ct, WireLimits.MaxPathBytes).ConfigureAwait(false);
        return client.IsTrusted
            ? OperationPlan.Of(
                token => new GcRoots(client.Store).AddIndirectAsync(path, Absolute(link), token),
                (writer, made) => writer.WriteText(made)
            )
            : OperationPlan.Refuse("you are not privileged to create perm roots", closes: true);
    }

    public static ValueTask<OperationPlan> FindRootsAsync(ClientContext client) =>
        new(
            OperationPlan.Of(
                token => StoreRoots.FindAsync(client.Store, includeRuntime: true, token),
                (writer, roots) =>
                {
                    writer.WriteNumber((ulong)roots.Length);
                    foreach (var root in roots)
                    {
                        writer.WriteText(IsShown(client, root) ? root.Reason : Censored);
                        writer.WritePath(client.StoreDir, root.Path);
                    }
                }
            )
        );

    /// <summary>Collections wait for additions by themselves.</summary>
    public static ValueTask<OperationPlan> SyncWithGcAsync() => new(OperationPlan.Of(_ => Task.CompletedTask));

    private static bool IsShown(ClientContext client, GcRoot root) =>
        client.IsTrusted || root.Kind is not (RootKind.Temporary or RootKind.Runtime);

    private static string Absolute(string link) =>
        Path.IsPathRooted(link)
            ? Path.GetFullPath(link)
            : throw new NixFormatException($"The root '{link}' must be absolute.");
}
