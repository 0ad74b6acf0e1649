using Farm.Store.Compressing;
using Farm.Store.Paths;

namespace Farm.Store.Local;

/// <summary>Logs of builds where Nix keeps them: in <c>drvs</c> below <see cref="StoreLayout.LogDir"/>, a directory for the first two
/// letters of the derivation's name, and the rest as the file; plain, or compressed with the extension <c>.bz2</c>.</summary>
public sealed class BuildLogFiles(StoreLayout layout)
{
    private const string Derivations = "drvs";
    private const int Letters = 2;

    /// <summary>What a builder printed; null where no log of the derivation is there.</summary>
    /// <exception cref="StoreException.FileSystem">It cannot be read.</exception>
    public Stream? TryOpen(StorePath derivation)
    {
        var file = FileOf(derivation);
        try
        {
            return Open(file) ?? Decompressed(Open(file + NarCompression.Bzip2.Extension));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new StoreException.FileSystem(file, "read the log", cause);
        }
    }

    /// <summary>Keeps a log, compressed. One that is there already stays, as with Nix.</summary>
    /// <returns>Whether it was kept.</returns>
    /// <exception cref="StoreException.FileSystem">It cannot be written; nothing remains of it.</exception>
    public async Task<bool> AddAsync(StorePath derivation, Stream log, CancellationToken ct)
    {
        var file = FileOf(derivation);
        var compressed = file + NarCompression.Bzip2.Extension;
        if (File.Exists(file) || File.Exists(compressed))
            return false;
        var temporary = $"{file}.{Guid.CreateVersion7():N}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!); // a file in a folder of ours
            await WriteAsync(temporary, log, ct).ConfigureAwait(false);
            File.Move(temporary, compressed, overwrite: true);
            return true;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new StoreException.FileSystem(compressed, "write the log", cause);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static async Task WriteAsync(string file, Stream log, CancellationToken ct)
    {
        await using var written = new FileStream(file, FileMode.CreateNew, FileAccess.Write);
        await using var compressed = NarCompression.Bzip2.Compress(written, level: null, threads: 1);
        await log.CopyToAsync(compressed, ct).ConfigureAwait(false);
    }

    private static FileStream? Open(string file) => File.Exists(file) ? File.OpenRead(file) : null;

    private static Stream? Decompressed(Stream? file) => file is null ? null : NarCompression.Bzip2.Decompress(file);

    private string FileOf(StorePath derivation)
    {
        var name = derivation.ToString();
        return $"{layout.LogDir}/{Derivations}/{name[..Letters]}/{name[Letters..]}";
    }
}
