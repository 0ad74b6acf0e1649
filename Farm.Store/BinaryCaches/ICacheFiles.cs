namespace Farm.Store.BinaryCaches;

/// <summary>The files of a binary cache, by their names relative to its root. Nothing that they say is believed here.</summary>
public interface ICacheFiles
{
    /// <summary>Where the cache is, as people write it, without parameters and secrets; ends in no slash.</summary>
    string Address { get; }

    /// <summary>Opens a file; null where there is none.</summary>
    /// <exception cref="StoreException.CacheFailure">It cannot be asked, or breaks off; also while the stream is read.</exception>
    Task<Stream?> OpenAsync(string name, CancellationToken ct);

    /// <summary>Whether there is such a file.</summary>
    /// <exception cref="StoreException.CacheFailure">It cannot be asked.</exception>
    Task<bool> ExistsAsync(string name, CancellationToken ct);

    /// <summary>Makes a file or replaces it; it is never seen in part.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="mediaType">What it is, for a server to say.</param>
    /// <param name="content">What will be in it, from its beginning; it can be sought.</param>
    /// <param name="ct">Stops it; the file is then as it was.</param>
    /// <exception cref="StoreException.CacheFailure">The cache does not take it.</exception>
    Task WriteAsync(string name, string mediaType, Stream content, CancellationToken ct);
}
