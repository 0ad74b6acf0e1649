using System.Text;

namespace Farm.Store.Signing;

/// <summary>Keys in files.</summary>
public static class KeyFile
{
    private const int MaxBytes = 64 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="StoreException.FileSystem">The file cannot be read.</exception>
    /// <exception cref="NixFormatException">It holds no secret key.</exception>
    public static async Task<SecretKey> ReadSecretAsync(string file, CancellationToken ct)
    {
        try
        {
            return SecretKey.Parse(await ReadAsync(file, ct).ConfigureAwait(false));
        }
        catch (NixFormatException malformed)
        {
            throw new NixFormatException($"The key file '{file}' cannot be used: {malformed.Message}");
        }
    }

    /// <summary>Writes a secret key that only the owner of the file may read.</summary>
    /// <exception cref="StoreException.FileSystem">The file is there already, which is never overwritten, or cannot be made.</exception>
    public static async Task WriteNewSecretAsync(string file, SecretKey key, CancellationToken ct)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        };
        try
        {
            await using var stream = new FileStream(file, options);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(key.Print()), ct).ConfigureAwait(false);
            stream.Flush(flushToDisk: true);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new StoreException.FileSystem(file, "make the key file", cause);
        }
    }

    private static async Task<string> ReadAsync(string file, CancellationToken ct)
    {
        try
        {
            return new FileInfo(file).Length <= MaxBytes
                ? await File.ReadAllTextAsync(file, Encoding.UTF8, ct).ConfigureAwait(false)
                : throw new IOException($"it is longer than {MaxBytes} bytes");
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new StoreException.FileSystem(file, "read the key file", cause);
        }
    }
}
