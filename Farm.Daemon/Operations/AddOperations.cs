using System.Collections.Immutable;
using Farm.Daemon.Connections;
using Farm.Store;
using Farm.Store.Exporting;
using Farm.Store.Local;
using Farm.Store.Nar;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Operations;

/// <summary>Adding paths.</summary>
internal static class AddOperations
{
    private const byte MinorWithPulledData = 21;
    private const byte MinorWithFramedData = 23;
    private const byte MinorWithMethods = 25;
    private const string FixedPrefix = "fixed:";

    public static async ValueTask<OperationPlan> AddToStoreAsync(ClientContext client, CancellationToken ct)
    {
        if (!client.Terms.IsAtLeast(MinorWithMethods))
            return await AddOldAsync(client, ct).ConfigureAwait(false);
        var name = await client.Reader.ReadTextAsync(ct).ConfigureAwait(false);
        var method = await client.Reader.ReadTextAsync(ct).ConfigureAwait(false);
        var references = await client.Reader.ReadPathsAsync(client.StoreDir, ct).ConfigureAwait(false);
        await client.Reader.ReadBoolAsync(ct).ConfigureAwait(false); // Repairing; what is valid is verified by other means.
        var frames = new FramedStream(client.Reader);
        return OperationPlan.Of(
            async token =>
            {
                var how = MethodOf(method);
                await HoldReferencesAsync(client, references, token).ConfigureAwait(false);
                var info = await client
                    .Store.AddContentAddressedAsync(StorePathName.Parse(name), frames, how, references, token)
                    .ConfigureAwait(false);
                await HoldAddedAsync(client, info, token).ConfigureAwait(false);
                return info;
            },
            (writer, info) => writer.WritePathInfo(client.Terms, info)
        ) with
        {
            Frames = frames,
        };
    }

    /// <summary>Before 1.25: an archive follows, also for a plain file, and there are no references.</summary>
    private static async ValueTask<OperationPlan> AddOldAsync(ClientContext client, CancellationToken ct)
    {
        var name = await client.Reader.ReadTextAsync(ct).ConfigureAwait(false);
        var isFixed = await client.Reader.ReadBoolAsync(ct).ConfigureAwait(false);
        var isRecursive = await client.Reader.ReadSmallAsync("the method", ct).ConfigureAwait(false) != 0;
        var algorithm = await client.Reader.ReadTextAsync(ct).ConfigureAwait(false);
        var text = isFixed ? (isRecursive ? "r:" : "") + algorithm : "r:sha256";
        return OperationPlan.Of(
            async token =>
            {
                using var archive = new SingleArchiveStream(new RawStream(client.Reader));
                var info = await client
                    .Store.AddUnknownNarAsync(StorePathName.Parse(name), archive, MethodAlgorithm.Parse(text), token)
                    .ConfigureAwait(false);
                await HoldAddedAsync(client, info, token).ConfigureAwait(false);
                return info;
            },
            (writer, info) => writer.WritePath(client.StoreDir, info.Path)
        ) with
        {
            IsFragile = true,
        };
    }

    public static async ValueTask<OperationPlan> AddTextToStoreAsync(ClientContext client, CancellationToken ct)
    {
        var name = await client.Reader.ReadTextAsync(ct).ConfigureAwait(false);
        var text = await client.Reader.ReadBytesAsync(WireLimits.MaxContentsBytes, ct).ConfigureAwait(false);
        var references = await client.Reader.ReadPathsAsync(client.StoreDir, ct).ConfigureAwait(false);
        return OperationPlan.Of(
            async token =>
            {
                await HoldReferencesAsync(client, references, token).ConfigureAwait(false);
                var info = await client
                    .Store.AddTextAsync(StorePathName.Parse(name), text.Memory, references, token)
                    .ConfigureAwait(false);
                await HoldAddedAsync(client, info, token).ConfigureAwait(false);
                return info;
            },
            (writer, info) => writer.WritePath(client.StoreDir, info.Path)
        );
    }

    public static async ValueTask<OperationPlan> AddToStoreNarAsync(ClientContext client, CancellationToken ct)
    {
        var info = await client
            .Reader.ReadPathInfoAsync(PathInfoWire.Newest(client.StoreDir), ct)
            .ConfigureAwait(false);
        await client.Reader.ReadBoolAsync(ct).ConfigureAwait(false); // Repairing.
        var skipsSignatures = await client.Reader.ReadBoolAsync(ct).ConfigureAwait(false);
        var frames = client.Terms.IsAtLeast(MinorWithFramedData) ? new FramedStream(client.Reader) : null;
        return new OperationPlan(async token =>
        {
            if (frames is not null)
                await AddAsync(client, info, skipsSignatures, frames, token).ConfigureAwait(false);
            else if (client.Terms.IsAtLeast(MinorWithPulledData))
            {
                var pulled = new PulledStream(client.Reader, client.Output);
                await AddAsync(client, info, skipsSignatures, pulled, token).ConfigureAwait(false);
            }
            else
            {
                var inline = new BoundedWireStream(client.Reader, info.NarSizeBytes);
                await AddAsync(client, info, skipsSignatures, inline, token).ConfigureAwait(false);
                await inline.DrainAsync(token).ConfigureAwait(false);
            }
            return Reply.Nothing;
        })
        {
            Frames = frames,
            IsFragile = frames is null && !client.Terms.IsAtLeast(MinorWithPulledData),
        };
    }

    public static async ValueTask<OperationPlan> AddMultipleToStoreAsync(ClientContext client, CancellationToken ct)
    {
        await client.Reader.ReadBoolAsync(ct).ConfigureAwait(false); // Repairing.
        var skipsSignatures = await client.Reader.ReadBoolAsync(ct).ConfigureAwait(false);
        var frames = new FramedStream(client.Reader);
        return new OperationPlan(async token =>
        {
            using var reader = new WireReader(frames);
            var layout = PathInfoWire.Newest(client.StoreDir);
            var count = await reader.ReadCountAsync("paths", token).ConfigureAwait(false);
            for (var i = 0; i < count; i++)
            {
                var info = await reader.ReadPathInfoAsync(layout, token).ConfigureAwait(false);
                var archive = new BoundedWireStream(reader, info.NarSizeBytes);
                await AddAsync(client, info with { IsUltimate = false }, skipsSignatures, archive, token)
                    .ConfigureAwait(false);
                await archive.DrainAsync(token).ConfigureAwait(false);
            }
            return Reply.Nothing;
        })
        {
            Frames = frames,
        };
    }

    /// <summary>The stream of <c>nix-store --export</c>, for clients older than any that still sends it.</summary>
    public static ValueTask<OperationPlan> ImportPathsAsync(ClientContext client) =>
        new(
            OperationPlan.Of(
                async token =>
                {
                    if (!client.IsTrusted && client.Store.Keys.RequiresSignatures)
                        throw new DaemonException(
                            "paths cannot be imported from a stream without signatures by a client that is not trusted; copy them with 'nix copy'"
                        );
                    var pulled = new PulledStream(client.Reader, client.Output);
                    var paths = await new StoreImporter(client.Store)
                        .ImportAsync(pulled, long.MaxValue, progress: null, token)
                        .ConfigureAwait(false);
                    await client.Holds.AddAsync(paths, token).ConfigureAwait(false);
                    return paths;
                },
                (writer, paths) => writer.WritePaths(client.StoreDir, paths)
            )
        );

    private static async Task AddAsync(
        ClientContext client,
        PathInfo info,
        bool skipsSignatures,
        Stream archive,
        CancellationToken ct
    )
    {
        if (!client.IsTrusted || !skipsSignatures)
            client.Store.Keys.Check(client.StoreDir, info);
        RequireVisible(client, info.References.Remove(info.Path));
        await client.Holds.AddAsync([info.Path], ct).ConfigureAwait(false);
        await client
            .Store.AddFromNarAsync(client.IsTrusted ? info : info with { IsUltimate = false }, archive, ct)
            .ConfigureAwait(false);
        if (client.Visible is not null)
            await HoldAddedAsync(client, info, ct).ConfigureAwait(false);
    }

    private static Task HoldReferencesAsync(
        ClientContext client,
        ImmutableSortedSet<StorePath> references,
        CancellationToken ct
    )
    {
        RequireVisible(client, references);
        return client.Holds.AddAsync(references, ct);
    }

    /// <summary>What a builder sees stays closed under references.</summary>
    private static void RequireVisible(ClientContext client, IEnumerable<StorePath> references)
    {
        foreach (var reference in references)
            client.RequireVisible(reference, "add what refers to");
    }

    /// <summary>What was added stays while the client is there, which asks for it no more. A builder sees it from now on.</summary>
    private static async Task HoldAddedAsync(ClientContext client, PathInfo info, CancellationToken ct)
    {
        await client.Holds.AddAsync([info.Path], ct).ConfigureAwait(false);
        var added =
            await client.Store.QueryAsync(info.Path, ct).ConfigureAwait(false)
            ?? throw new DaemonException(
                $"path '{client.StoreDir.Print(info.Path)}' was collected right after it was added; add it again"
            );
        if (client.Visible is not { } visible)
            return;
        // It may have been there before, with other references than the client says.
        RequireVisible(client, added.References.Remove(added.Path));
        await visible.AddAsync([added.Path], ct).ConfigureAwait(false);
    }

    private static MethodAlgorithm MethodOf(string text)
    {
        if (text.StartsWith("text:", StringComparison.Ordinal))
            return MethodAlgorithm.Parse(text);
        if (
            text.StartsWith(FixedPrefix, StringComparison.Ordinal)
            && !text.StartsWith($"{FixedPrefix}text:", StringComparison.Ordinal)
        )
            return MethodAlgorithm.Parse(text[FixedPrefix.Length..]);
        throw new NixFormatException(
            $"'{text}' is no way to address contents; 'fixed:' or 'text:' must be before the algorithm."
        );
    }
}
