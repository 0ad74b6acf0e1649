using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Farm.Store;

namespace Farm.Http.Caches;

/// <summary>Who may bring paths to a binary cache.</summary>
/// <remarks>Shape of the file: lines <c>NAME:SECRET</c>; empty ones and those that begin with <c>#</c> are passed over. Who sends the secret
/// as a bearer token, or name and secret as HTTP's basic authentication (as netrc files make clients do), is let in. Kept as
/// hashes, and compared in the same time whatever is sent.</remarks>
public sealed class UploadCredentials
{
    /// <summary>Shortest secret, in characters: it can be tried from anywhere.</summary>
    public const int LeastSecretLength = 16;

    private const int MaxBytes = 1024 * 1024;

    private readonly ImmutableArray<(string Name, byte[] Basic, byte[] Bearer)> _entries;

    private UploadCredentials(ImmutableArray<(string Name, byte[] Basic, byte[] Bearer)> entries) => _entries = entries;

    /// <exception cref="StoreException.FileSystem">The file cannot be read.</exception>
    /// <exception cref="NixFormatException">It breaks a rule, or others than its owner and group may read it.</exception>
    public static async Task<UploadCredentials> ReadAsync(string file, CancellationToken ct)
    {
        try
        {
            var info = new FileInfo(file);
            if ((info.UnixFileMode & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
                throw new NixFormatException(
                    $"The credentials file '{file}' can be read by every user of the machine; run chmod o= on it."
                );
            return info.Length <= MaxBytes
                ? Parse(await File.ReadAllTextAsync(file, Encoding.UTF8, ct).ConfigureAwait(false))
                : throw new IOException($"it is longer than {MaxBytes} bytes");
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new StoreException.FileSystem(file, "read the credentials", cause);
        }
    }

    /// <exception cref="NixFormatException">A line has no name or a short secret; the message does not tell the secret.</exception>
    public static UploadCredentials Parse(string text)
    {
        var entries = ImmutableArray.CreateBuilder<(string, byte[], byte[])>();
        foreach (var (index, line) in text.Split('\n').Select(line => line.Trim()).Index())
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line.Length - colon - 1 < LeastSecretLength)
                throw new NixFormatException(
                    $"Line {index + 1} of the credentials is not NAME:SECRET with a secret of at least {LeastSecretLength} characters."
                );
            entries.Add((line[..colon], Hash(line), Hash(line[(colon + 1)..])));
        }
        return new(entries.ToImmutable());
    }

    /// <summary>Whose credentials a request has; null where they are nobody's.</summary>
    /// <param name="authorization">The header <c>Authorization</c>.</param>
    public string? Find(string? authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var given) || given.Parameter is null)
            return null;
        var isBasic = given.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase);
        if (!isBasic && !given.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            return null;
        var bytes = new byte[given.Parameter.Length];
        var length = bytes.Length;
        if (!isBasic)
            Encoding.UTF8.TryGetBytes(given.Parameter, bytes, out length);
        else if (!Convert.TryFromBase64String(given.Parameter, bytes, out length))
            return null;
        var hash = SHA256.HashData(bytes.AsSpan(0, length));
        string? found = null;
        foreach (var (name, basic, bearer) in _entries)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, isBasic ? basic : bearer))
                found ??= name;
        }
        return found;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
