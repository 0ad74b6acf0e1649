using System.Buffers;
using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Exporting;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Roots;
using Farm.Store.Wire;

namespace Farm.Daemon.Serving;

/// <summary>One client of the serve protocol, what <c>nix-store --serve</c> does for <c>ssh://</c> stores.</summary>
/// <remarks>Source: Nix's <c>opServe</c>. Logs go nowhere, and a fault ends the connection: the protocol has no place for either.</remarks>
internal sealed class ServeSession(DaemonParts parts, WireReader reader, Stream output)
{
    /// <summary>Exit code of Nix's command line for a build that failed, which answers <see cref="ServeCommand.BuildPaths"/>.</summary>
    private const ulong BuildFailed = 100;

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private LocalStore Store => parts.Store;
    private StoreDir StoreDir => parts.Store.StoreDir;

    /// <summary>Serves until the client has nothing more to ask.</summary>
    /// <exception cref="ServeException">It asked for what it may not.</exception>
    /// <exception cref="NixFormatException">What it sent is malformed.</exception>
    public async Task RunAsync(bool mayWrite, bool isTrusted, CancellationToken ct)
    {
        var magic = await reader.ReadNumberAsync(ct).ConfigureAwait(false);
        if (magic != ServeTerms.ClientMagic)
            throw new ServeException($"the client begins with {magic:x}, which is not the serve protocol");
        var writer = new WireWriter(_buffer);
        writer.WriteNumber(ServeTerms.ServerMagic);
        writer.WriteNumber(ServeTerms.Newest.Number);
        await FlushAsync(ct).ConfigureAwait(false);
        var theirs = ProtocolVersion.From(await reader.ReadNumberAsync(ct).ConfigureAwait(false));
        if (theirs.Major != ServeTerms.Newest.Major)
            throw new ServeException($"the client speaks version {theirs} of the serve protocol; 2.x is spoken here");
        var terms = new ServeTerms.Agreed(
            StoreDir,
            ProtocolVersion.Older(theirs, ServeTerms.Newest),
            mayWrite,
            isTrusted
        );
        using var holds = new StoreHolds(Store.TempRoots);
        while (await reader.TryReadNumberAsync(ct).ConfigureAwait(false) is { } command)
        {
            await ServeAsync((ServeCommand)command, terms, holds, writer, ct).ConfigureAwait(false);
            await FlushAsync(ct).ConfigureAwait(false);
        }
    }

    private Task ServeAsync(
        ServeCommand command,
        ServeTerms.Agreed terms,
        StoreHolds holds,
        WireWriter writer,
        CancellationToken ct
    ) =>
        command switch
        {
            ServeCommand.QueryValidPaths => ValidPathsAsync(terms, holds, writer, ct),
            ServeCommand.QueryPathInfos => PathInfosAsync(terms, writer, ct),
            ServeCommand.DumpStorePath => DumpAsync(ct),
            ServeCommand.ExportPaths => ExportAsync(ct),
            ServeCommand.QueryClosure => ClosureAsync(writer, ct),
            _ when !terms.MayWrite => throw new ServeException(
                $"serve command {(ulong)command} needs a server that was started with --write"
            ),
            ServeCommand.ImportPaths => ImportAsync(terms, writer, ct),
            ServeCommand.AddToStoreNar => AddAsync(terms, holds, writer, ct),
            ServeCommand.BuildPaths => BuildPathsAsync(terms, holds, writer, ct),
            ServeCommand.BuildDerivation => BuildDerivationAsync(terms, holds, writer, ct),
            _ => throw new ServeException($"unknown serve command {(ulong)command}"),
        };

    private async Task ValidPathsAsync(
        ServeTerms.Agreed terms,
        StoreHolds holds,
        WireWriter writer,
        CancellationToken ct
    )
    {
        var isLocked = await reader.ReadBoolAsync(ct).ConfigureAwait(false) && terms.MayWrite;
        var isSubstituted = await reader.ReadBoolAsync(ct).ConfigureAwait(false) && terms.MayWrite;
        var paths = await reader.ReadPathsAsync(StoreDir, ct).ConfigureAwait(false);
        if (isLocked)
            await holds.AddAsync(paths, ct).ConfigureAwait(false);
        if (isSubstituted && parts.Substituters is { IsEmpty: false } sources)
            await sources.RealiseAsync(paths, progress: null, ct).ConfigureAwait(false);
        writer.WritePaths(StoreDir, await Store.ValidAsync(paths, ct).ConfigureAwait(false));
    }

    private async Task PathInfosAsync(ServeTerms.Agreed terms, WireWriter writer, CancellationToken ct)
    {
        var paths = await reader.ReadPathsAsync(StoreDir, ct).ConfigureAwait(false);
        var known = await Store.GraphAsync(paths, ct).ConfigureAwait(false);
        foreach (var info in known.Infos)
        {
            writer.WritePath(StoreDir, info.Path);
            writer.WriteServeInfo(StoreDir, terms.Version, info);
        }
        writer.WriteText("");
    }

    private async Task DumpAsync(CancellationToken ct)
    {
        var path = await reader.ReadPathAsync(StoreDir, ct).ConfigureAwait(false);
        await Store.DumpNarAsync(path, output, ct).ConfigureAwait(false);
    }

    private async Task ExportAsync(CancellationToken ct)
    {
        await reader.ReadNumberAsync(ct).ConfigureAwait(false);
        var paths = await reader.ReadPathsAsync(StoreDir, ct).ConfigureAwait(false);
        await new StoreExporter(Store).ExportAsync(paths, output, progress: null, ct).ConfigureAwait(false);
    }

    private async Task ClosureAsync(WireWriter writer, CancellationToken ct)
    {
        var withOutputs = await reader.ReadBoolAsync(ct).ConfigureAwait(false);
        var paths = await reader.ReadPathsAsync(StoreDir, ct).ConfigureAwait(false);
        var closure = await Store.ClosureAsync(paths, ct).ConfigureAwait(false);
        if (withOutputs)
            closure = await WithOutputsAsync(closure, ct).ConfigureAwait(false);
        writer.WritePaths(StoreDir, closure);
    }

    /// <summary>The closure with the outputs that its derivations have here, and all that these refer to.</summary>
    private async Task<ImmutableSortedSet<StorePath>> WithOutputsAsync(
        ImmutableSortedSet<StorePath> closure,
        CancellationToken ct
    )
    {
        var outputs = new HashSet<StorePath>();
        foreach (var drvPath in closure.Where(path => path.IsDerivation))
        {
            var text = await File.ReadAllBytesAsync(Store.Layout.ToPhysical(drvPath), ct).ConfigureAwait(false);
            var derivation = DerivationParser.Parse(StoreDir, drvPath, text);
            outputs.UnionWith(derivation.Outputs.Values.Select(output => output.KnownPath).OfType<StorePath>());
        }
        var valid = await Store.ValidAsync(outputs, ct).ConfigureAwait(false);
        return await Store.ClosureAsync(closure.Union(valid), ct).ConfigureAwait(false);
    }

    private async Task ImportAsync(ServeTerms.Agreed terms, WireWriter writer, CancellationToken ct)
    {
        if (!terms.IsTrusted)
            throw new ServeException("you are not privileged to import paths, whose stream carries no signatures");
        await new StoreImporter(Store)
            .ImportAsync(new RawStream(reader), long.MaxValue, progress: null, ct)
            .ConfigureAwait(false);
        writer.WriteNumber(1);
    }

    private async Task AddAsync(ServeTerms.Agreed terms, StoreHolds holds, WireWriter writer, CancellationToken ct)
    {
        var info = await reader.ReadServeAdditionAsync(StoreDir, ct).ConfigureAwait(false);
        if (!terms.IsTrusted)
            Store.Keys.Check(StoreDir, info);
        await holds.AddAsync([info.Path], ct).ConfigureAwait(false);
        // The archive is there even if the path is; it must be read to get at the next command.
        var nar = new BoundedWireStream(reader, info.NarSizeBytes);
        await using (nar.ConfigureAwait(false))
        {
            await Store.AddFromNarAsync(info, nar, ct).ConfigureAwait(false);
            await nar.CopyToAsync(Stream.Null, ct).ConfigureAwait(false);
        }
        writer.WriteNumber(1);
    }

    private async Task BuildPathsAsync(
        ServeTerms.Agreed terms,
        StoreHolds holds,
        WireWriter writer,
        CancellationToken ct
    )
    {
        var texts = await reader.ReadTextsAsync(ct, WireLimits.MaxPathBytes).ConfigureAwait(false);
        var settings = await reader.ReadServeOptionsAsync(terms, holds, ct).ConfigureAwait(false);
        var wanted = texts.Select(text => DerivedPath.Parse(StoreDir, text, isBareDerivationBuilt: true)).ToArray();
        var results = await WatchingAsync(
                token => parts.Builder.BuildAsync(wanted, BuildMode.Normal, settings, NoLog.Instance, token),
                ct
            )
            .ConfigureAwait(false);
        var failures = results.Where(result => !result.Result.IsSuccess).ToArray();
        writer.WriteNumber(failures.Length == 0 ? 0 : BuildFailed);
        if (failures.Length > 0)
            writer.WriteText(string.Join("\n", failures.Select(failure => failure.Result.ErrorMessage)));
    }

    private async Task BuildDerivationAsync(
        ServeTerms.Agreed terms,
        StoreHolds holds,
        WireWriter writer,
        CancellationToken ct
    )
    {
        var drvPath = await reader.ReadPathAsync(StoreDir, ct).ConfigureAwait(false);
        var derivation = await reader
            .ReadBasicDerivationAsync(StoreDir, Derivation.NameFrom(drvPath), ct)
            .ConfigureAwait(false);
        var settings = await reader.ReadServeOptionsAsync(terms, holds, ct).ConfigureAwait(false);
        if (!terms.IsTrusted && derivation.Outputs.Values.Any(output => output is DerivationOutput.InputAddressed))
            throw new ServeException("you are not privileged to build input-addressed derivations");
        await holds
            .AddAsync([.. derivation.Outputs.Values.Select(output => output.KnownPath).OfType<StorePath>()], ct)
            .ConfigureAwait(false);
        var result = await WatchingAsync(
                token =>
                    parts.Builder.BuildDerivationAsync(
                        drvPath,
                        derivation,
                        BuildMode.Normal,
                        settings,
                        NoLog.Instance,
                        token
                    ),
                ct
            )
            .ConfigureAwait(false);
        writer.WriteServeResult(StoreDir, terms.Version, result);
    }

    /// <summary>Does what lasts, and stops when the client has gone.</summary>
    private async Task<T> WatchingAsync<T>(Func<CancellationToken, Task<T>> begin, CancellationToken ct)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var work = begin(gone.Token);
        if (reader.ReadAhead() is { } ahead)
        {
            var arrival = ahead.AsTask();
            await Task.WhenAny(work, arrival).ConfigureAwait(false);
            if (arrival.IsFaulted || arrival is { IsCompletedSuccessfully: true, Result: 0 })
                await gone.CancelAsync().ConfigureAwait(false);
        }
        return await work.ConfigureAwait(false);
    }

    private async Task FlushAsync(CancellationToken ct)
    {
        await output.WriteAsync(_buffer.WrittenMemory, ct).ConfigureAwait(false);
        await output.FlushAsync(ct).ConfigureAwait(false);
        _buffer.ResetWrittenCount();
    }
}
