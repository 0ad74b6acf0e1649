using System.Buffers;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using Farm.Store.Native;

namespace Farm.Store.BinaryCaches;

/// <summary>A binary cache in a directory of this machine.</summary>
/// <remarks>Written as Nix does: to a temporary name, then renamed. A name with <c>.</c> or <c>..</c> between its slashes, and what is no
/// plain file, is refused.</remarks>
public sealed class DirectoryCacheFiles(string directory) : ICacheFiles
{
    private const uint NewFileMode = 0x1B6;
    private const int PieceBytes = 1 << 20;
    private const int SmallBytes = 1 << 20;

    private static int s_written;

    public string Address { get; } = "file://" + directory.TrimEnd('/');

    public Task<Stream?> OpenAsync(string name, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var file = Place(name);
        try
        {
            var found = Syscalls.Status(Syscalls.CurrentDirectory, Encoding.UTF8.GetBytes(file), out var status);
            if (found is -Errno.NoEntry or -Errno.NotDirectory)
                return Task.FromResult<Stream?>(null);
            // A pipe would never open.
            if (found == 0 && !status.IsRegular)
                throw new IOException($"'{name}' is no plain file");
            if (found == 0 && status.SizeBytes <= SmallBytes)
                return Task.FromResult<Stream?>(ReadSmall(file));
            return Task.FromResult<Stream?>(
                new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, true)
            );
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Failure(cause);
        }
    }

    public Task<bool> ExistsAsync(string name, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult(File.Exists(Place(name)));
    }

    public async Task WriteAsync(string name, string mediaType, Stream content, CancellationToken ct)
    {
        var file = Place(name);
        var number = Interlocked.Increment(ref s_written);
        var temporary = string.Create(CultureInfo.InvariantCulture, $"{file}.tmp.{Environment.ProcessId}.{number}");
        var made = Encoding.UTF8.GetBytes(temporary);
        var descriptor = Create(temporary, made);
        try
        {
            try
            {
                await WriteAsync(descriptor, temporary, content, ct).ConfigureAwait(false);
            }
            finally
            {
                Syscalls.Close(descriptor);
            }
            const int here = Syscalls.CurrentDirectory;
            Check(Syscalls.Rename(here, made, here, Encoding.UTF8.GetBytes(file)), file);
        }
        catch
        {
            _ = Syscalls.Unlink(Syscalls.CurrentDirectory, made);
            throw;
        }
    }

    /// <summary>Makes a file, and the directory that it is in where that is not there.</summary>
    private int Create(string file, byte[] name)
    {
        const int flags = Syscalls.WriteOnly | Syscalls.Create | Syscalls.Exclusive;
        var descriptor = Syscalls.Open(Syscalls.CurrentDirectory, name, flags, NewFileMode);
        if (descriptor == -Errno.NoEntry)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!); // It is below the cache's directory.
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                throw Failure(cause);
            }
            descriptor = Syscalls.Open(Syscalls.CurrentDirectory, name, flags, NewFileMode);
        }
        return Check(descriptor, file);
    }

    private async Task WriteAsync(int descriptor, string file, Stream content, CancellationToken ct)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            int count;
            while ((count = await content.ReadAsync(piece, ct).ConfigureAwait(false)) > 0)
                Check(Syscalls.Write(descriptor, piece.AsSpan(0, count)), file);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private int Check(int result, string file) =>
        result < 0 ? throw Failure(new IOException($"'{file}': {new Win32Exception(-result).Message}")) : result;

    /// <summary>A small file at once: to be called back for it takes longer. Null where it has gone.</summary>
    private MemoryStream? ReadSmall(string file)
    {
        var descriptor = Syscalls.Open(Syscalls.CurrentDirectory, Encoding.UTF8.GetBytes(file), Syscalls.ReadOnly);
        if (descriptor == -Errno.NoEntry)
            return null;
        Check(descriptor, file);
        try
        {
            Check(WholeFile.Read(descriptor, out var contents), file);
            return new(contents, writable: false);
        }
        finally
        {
            Syscalls.Close(descriptor);
        }
    }

    private string Place(string name)
    {
        var bare = name.Split('?')[0];
        return bare.StartsWith('/') || bare.Split('/').Any(part => part is "" or "." or "..")
            ? throw Failure(new IOException($"'{name}' is no name of a file in it"))
            : $"{directory}/{bare}";
    }

    private StoreException.CacheFailure Failure(Exception cause) =>
        new(Address, cause.Message, isTransient: false, cause);
}
