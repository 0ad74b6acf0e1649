using Farm.Daemon.Connections;
using Farm.Store;
using Farm.Store.Compressing;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Operations;

/// <summary>Logs of builds that were made elsewhere.</summary>
internal static class LogOperations
{
    /// <summary>Letters of a derivation's base name that name the folder of its log.</summary>
    private const int FolderLetters = 2;

    public static async ValueTask<OperationPlan> AddBuildLogAsync(ClientContext client, CancellationToken ct)
    {
        var name = await client.Reader.ReadTextAsync(ct).ConfigureAwait(false);
        var frames = new FramedStream(client.Reader);
        return OperationPlan.Of(async token =>
        {
            if (!client.IsTrusted)
                throw new DaemonException("you are not privileged to add logs");
            await WriteAsync(client.Store.Layout, StorePath.Parse(name), frames, token).ConfigureAwait(false);
        }) with
        {
            Frames = frames,
        };
    }

    /// <summary>A log that is there stays. Source: Nix's <c>LocalStore::addBuildLog</c>.</summary>
    private static async Task WriteAsync(StoreLayout layout, StorePath drvPath, Stream log, CancellationToken ct)
    {
        if (!drvPath.IsDerivation)
            throw new NixFormatException($"'{drvPath}' is no derivation, so that it has no log of its build.");
        var name = drvPath.ToString();
        var folder = $"{layout.LogDir}/drvs/{name[..FolderLetters]}";
        var file = $"{folder}/{name[FolderLetters..]}";
        var compressed = file + NarCompression.Bzip2.Extension;
        if (File.Exists(file) || File.Exists(compressed))
            return;
        var temporary = $"{compressed}.tmp-{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(folder);
            var output = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write);
            await using (output.ConfigureAwait(false))
            {
                var packed = NarCompression.Bzip2.Compress(output, level: null, threads: 1);
                await using (packed.ConfigureAwait(false))
                    await log.CopyToAsync(packed, ct).ConfigureAwait(false);
            }
            File.Move(temporary, compressed, overwrite: true);
        }
        catch (Exception cause) when (cause is IOException and not EndOfStreamException or UnauthorizedAccessException)
        {
            throw new StoreException.FileSystem(compressed, "write the log", cause);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
