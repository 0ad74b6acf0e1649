using System.Buffers;
using System.Security.Cryptography;
using Farm.Store;
using Farm.Store.Compressing;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Roots;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Farm.Http.Caches;

/// <summary>Archives that clients have sent: those that wait for their narinfos, and the names of those that became valid paths.</summary>
/// <remarks>In <c>farm-cache</c> below the store's state directory: files in <c>incoming</c> while they come and in <c>pending</c> until their
/// narinfos come, and in <c>taken</c> a link by each name, <c>&lt;compression&gt;/&lt;base name&gt;</c>. Clients remember under which name they
/// have sent an archive, so that it stays good for as long as the path is valid. What waits when a server ends is gone at its
/// next start.</remarks>
public sealed class UploadedNars : IDisposable
{
    private const int BufferBytes = 128 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _incoming;
    private readonly string _pending;
    private readonly string _taken;
    private readonly CacheUploadSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private long _bytes;

    private UploadedNars(string directory, CacheUploadSettings settings, TimeProvider clock)
    {
        (_incoming, _pending, _taken) = ($"{directory}/incoming", $"{directory}/pending", $"{directory}/taken");
        (_settings, _clock) = (settings, clock);
        var every = settings.KeepPending / 4;
        _timer = clock.CreateTimer(_ => DropOld(), null, every, every);
    }

    /// <summary>Bytes that are waiting or on their way.</summary>
    public long PendingBytes => Interlocked.Read(ref _bytes);

    /// <exception cref="StoreException.FileSystem">The directories cannot be made.</exception>
    public static UploadedNars Open(StoreLayout layout, CacheUploadSettings settings, TimeProvider clock)
    {
        var directory = $"{layout.StateDir}/farm-cache";
        var opened = new UploadedNars(directory, settings, clock);
        try
        {
            foreach (var temporary in new[] { opened._incoming, opened._pending })
            {
                if (Directory.Exists(temporary))
                    Directory.Delete(temporary, recursive: true);
                Directory.CreateDirectory(temporary, OwnerOnly);
            }
            Directory.CreateDirectory(opened._taken);
            return opened;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            opened.Dispose();
            throw new StoreException.FileSystem(directory, "make", cause);
        }
    }

    /// <summary>The path that an archive of this name has become; null where there is none. It may not be valid any more.</summary>
    public (StorePath Path, NarCompression Compression)? Find(UploadedNarName name)
    {
        var target = new FileInfo($"{_taken}/{name}").LinkTarget?.Split('/');
        return
            target is [var compression, var path]
            && NarCompression.Find(compression) is { } found
            && StorePath.TryParse(path, out var parsed)
            ? (parsed, found)
            : null;
    }

    /// <summary>Whether the archive waits for its narinfo.</summary>
    public bool IsPending(UploadedNarName name) => File.Exists($"{_pending}/{name}");

    /// <summary>An archive that waits; null where it is not there.</summary>
    public FileStream? TryOpen(UploadedNarName name)
    {
        try
        {
            return new($"{_pending}/{name}", FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Takes an archive. One that does not come whole, or is not what its name says, leaves nothing.</summary>
    /// <returns>Null where it is here now; else why not.</returns>
    public async Task<CacheProblem?> TakeAsync(UploadedNarName name, Stream body, CancellationToken ct)
    {
        var file = $"{_incoming}/{Guid.CreateVersion7():N}";
        var written = new Counted();
        try
        {
            var problem = await WriteAsync(name, file, body, written, ct).ConfigureAwait(false);
            if (problem is null && Keep(file, name))
                written.Bytes = 0;
            return problem;
        }
        catch (IOException cause) when (cause is not (BadHttpRequestException or ConnectionResetException))
        {
            throw new StoreException.FileSystem(file, "write the archive", cause);
        }
        finally
        {
            File.Delete(file);
            Interlocked.Add(ref _bytes, -written.Bytes);
        }
    }

    /// <summary>Records which path an archive has become, and lets the file go.</summary>
    public void Accept(UploadedNarName name, NarCompression compression, StorePath path)
    {
        RootLinks.ReplaceLink($"{_taken}/{name}", $"{compression}/{path}");
        Drop(name);
    }

    /// <summary>Lets an archive go that waits. Nothing happens where it does not.</summary>
    public void Drop(UploadedNarName name) => Drop($"{_pending}/{name}");

    public void Dispose() => _timer.Dispose();

    private async Task<CacheProblem?> WriteAsync(
        UploadedNarName name,
        string file,
        Stream body,
        Counted written,
        CancellationToken ct
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await using var output = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
            while (await body.ReadAsync(buffer, ct).ConfigureAwait(false) is > 0 and var count)
            {
                written.Bytes += count;
                var pending = Interlocked.Add(ref _bytes, count);
                if (written.Bytes > _settings.MaxNarBytes)
                    return new CacheProblem.TooLarge(_settings.MaxNarBytes);
                if (pending > _settings.MaxPendingBytes)
                    return new CacheProblem.Full();
                hash.AppendData(buffer, 0, count);
                await output.WriteAsync(buffer.AsMemory(0, count), ct).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        var found = Sha256Digest.Finish(hash);
        return found == name.FileHash
            ? null
            : new CacheProblem.WrongFile(
                $"The archive '{name}' has another SHA-256 than its name says: {found.ToNixBase32()}."
            );
    }

    /// <returns>Whether it is kept; false where the same is there already.</returns>
    private bool Keep(string file, UploadedNarName name)
    {
        lock (_gate)
        {
            if (IsPending(name))
                return false;
            File.Move(file, $"{_pending}/{name}");
            return true;
        }
    }

    private void DropOld()
    {
        var before = _clock.GetUtcNow().UtcDateTime - _settings.KeepPending;
        foreach (var file in Directory.GetFiles(_pending))
        {
            if (File.GetLastWriteTimeUtc(file) < before)
                Drop(file);
        }
    }

    private void Drop(string file)
    {
        lock (_gate)
        {
            var found = new FileInfo(file);
            if (!found.Exists)
                return;
            var length = found.Length;
            found.Delete();
            Interlocked.Add(ref _bytes, -length);
        }
    }

    private sealed class Counted
    {
        public long Bytes { get; set; }
    }
}
