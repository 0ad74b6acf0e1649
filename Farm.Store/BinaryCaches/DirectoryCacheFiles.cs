using System.Globalization;
using System.Text;
using Farm.Store.Native;

namespace Farm.Store.BinaryCaches;

/// <summary>A binary cache in a directory of this machine.</summary>
/// <remarks>Written as Nix does: to a temporary name, then renamed. A name with <c>.</c> or <c>..</c> between its slashes, and what is no
/// plain file, is refused.</remarks>
public sealed class DirectoryCacheFiles(string directory) : ICacheFiles
{
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
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!); // It is below the cache's directory.
            await using (
                var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0, true)
            )
                await content.CopyToAsync(stream, 1 << 20, ct).ConfigureAwait(false);
            File.Move(temporary, file, overwrite: true);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw Failure(cause);
        }
        catch (OperationCanceledException)
        {
            File.Delete(temporary);
            throw;
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
