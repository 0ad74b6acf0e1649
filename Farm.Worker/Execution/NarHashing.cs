using System.Security.Cryptography;
using Farm.Store.Hashing;
using Farm.Store.Local;

namespace Farm.Worker.Execution;

/// <summary>The hash of the archive of a tree.</summary>
internal static class NarHashing
{
    /// <exception cref="Farm.Store.StoreException">It cannot be read, or has what no archive holds.</exception>
    public static async Task<Sha256Digest> OfAsync(string file, CancellationToken ct)
    {
        using var hash = SHA256.Create();
        var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write);
        await using (stream.ConfigureAwait(false))
            await NarDump.WriteAsync(file, stream, ct).ConfigureAwait(false);
        return Sha256Digest.FromBytes(hash.Hash!); // There is one once the stream is closed.
    }
}
