using System.IO.Pipelines;
using Farm.Store;
using Farm.Store.Compressing;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Roots;

namespace Farm.Http.Caches;

/// <summary>Makes paths of what clients upload: a narinfo is taken when its archive is here, is what it says, and what it refers to is
/// valid.</summary>
/// <param name="store">Where the paths go.</param>
/// <param name="nars">The archives.</param>
/// <param name="leases">Keeps paths until those that refer to them have come.</param>
/// <param name="settings">What is taken.</param>
internal sealed class UploadedPaths(
    LocalStore store,
    UploadedNars nars,
    HoldLeases leases,
    CacheUploadSettings settings
)
{
    /// <summary>Where the roots of paths are, in <c>gcroots</c>.</summary>
    private const string RootFolder = "cache";
    private const string NarFolder = "nar/";

    /// <returns>Null where the path is valid now with what was said of it; else why not.</returns>
    /// <exception cref="NixFormatException">The narinfo breaks a rule.</exception>
    /// <exception cref="StoreException">The store does not take the path.</exception>
    public async Task<CacheProblem?> AddAsync(StorePathHash hash, ReadOnlyMemory<byte> text, CancellationToken ct)
    {
        var narInfo = NarInfoParser.Parse(store.StoreDir, text.Span);
        var info = narInfo.Info;
        if (info.Path.Hash != hash)
            return new CacheProblem.Malformed($"The narinfo of '{hash}' is about another path, '{info.Path}'.");
        if (info.NarSizeBytes > settings.MaxNarBytes)
            return new CacheProblem.TooLarge(settings.MaxNarBytes);
        await leases.HoldAsync(info.References.Add(info.Path), ct).ConfigureAwait(false);
        var isNamed = UploadedNarName.TryParse(AfterFolder(narInfo.Url), out var name);
        if (await store.QueryAsync(info.Path, ct).ConfigureAwait(false) is { } known)
        {
            if (known.NarHash != info.NarHash)
                return new CacheProblem.OtherContents(store.StoreDir.Print(info.Path));
            await AddSignaturesAsync(known, info, ct).ConfigureAwait(false);
        }
        else if (!isNamed)
            return new CacheProblem.Malformed(
                $"The URL '{narInfo.Url}' is no name of an archive here: nar/<SHA-256 in nix32>.nar and an extension."
            );
        else if (await AddNewAsync(narInfo, name, ct).ConfigureAwait(false) is { } problem)
            return problem;
        if (settings.MakesRoots)
            await new GcRoots(store)
                .AddPermanentAsync(info.Path, $"{RootFolder}/{info.Path}", ct)
                .ConfigureAwait(false);
        if (isNamed && NarCompression.Find(narInfo.Compression) is { } compression)
            nars.Accept(name, compression, info.Path);
        return null;
    }

    private async Task<CacheProblem?> AddNewAsync(NarInfo narInfo, UploadedNarName name, CancellationToken ct)
    {
        store.Keys.Check(store.StoreDir, narInfo.Info);
        if (NarCompression.Find(narInfo.Compression) is not { } compression)
            return new CacheProblem.Malformed($"Archives in '{narInfo.Compression}' are not taken here.");
        if (narInfo.FileHash is { } fileHash && fileHash != name.FileHash.ToHash())
            return new CacheProblem.Malformed($"The narinfo says that '{name}' has another hash: {fileHash}.");
        if (nars.TryOpen(name) is not { } file)
            return await AddCopyAsync(narInfo.Info, name, ct).ConfigureAwait(false);
        await using (file)
        {
            if (narInfo.FileSizeBytes is { } size && size != file.Length)
                return new CacheProblem.WrongFile($"The archive '{name}' has {file.Length} bytes, not {size}.");
            try
            {
                await using var nar = compression.Decompress(file);
                await store.AddFromNarAsync(narInfo.Info, nar, ct).ConfigureAwait(false);
            }
            catch (Exception wrong)
                when (wrong is NixFormatException or StoreException.HashMismatch or StoreException.CorruptArchive)
            {
                nars.Drop(name); // It will never be what this or another narinfo says.
                throw;
            }
        }
        return null;
    }

    /// <summary>An archive that has become one path becomes another, which Nix does not send again.</summary>
    private async Task<CacheProblem?> AddCopyAsync(PathInfo info, UploadedNarName name, CancellationToken ct)
    {
        if (nars.Find(name) is not { } taken)
            return new CacheProblem.NoArchive(name.ToString());
        await using var source = await StoreNar.OpenAsync(store, taken.Path, ct).ConfigureAwait(false);
        if (source is null || source.Info.NarHash != info.NarHash)
            return new CacheProblem.NoArchive(name.ToString());
        var pipe = new Pipe();
        var sending = SendAsync(source, pipe.Writer, ct);
        try
        {
            await using var nar = pipe.Reader.AsStream();
            await store.AddFromNarAsync(info, nar, ct).ConfigureAwait(false);
        }
        finally
        {
            await pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return null;
    }

    private static async Task SendAsync(StoreNar source, PipeWriter writer, CancellationToken ct)
    {
        Exception? failure = null;
        try
        {
            await source.SendAsync(0, source.Info.NarSizeBytes, writer, ct).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is StoreException or OperationCanceledException)
        {
            failure = failed;
        }
        await writer.CompleteAsync(failure).ConfigureAwait(false);
    }

    /// <summary>Signatures that count are added; where none is needed, all of them.</summary>
    private async Task AddSignaturesAsync(PathInfo known, PathInfo said, CancellationToken ct)
    {
        string[] added =
        [
            .. said
                .Signatures.Except(known.Signatures)
                .Where(signature =>
                    !store.Keys.RequiresSignatures
                    || store.Keys.Trusted.CountSignatures(store.StoreDir, known with { Signatures = [signature] }) > 0
                ),
        ];
        if (added.Length > 0)
            await store.AddSignaturesAsync(known.Path, added, ct).ConfigureAwait(false);
    }

    private static string AfterFolder(string url) =>
        url.StartsWith(NarFolder, StringComparison.Ordinal) ? url[NarFolder.Length..] : "";
}
