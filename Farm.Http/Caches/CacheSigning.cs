namespace Farm.Http.Caches;

/// <summary>Which of the paths that a binary cache serves are signed by the store's secret keys when they are asked for. Signatures
/// that are recorded are always served.</summary>
public enum CacheSigning
{
    /// <summary>None.</summary>
    Off,

    /// <summary>Those that were built here, follow from their content, or have a signature by a trusted key.</summary>
    Trusted,

    /// <summary>Each: whoever brings a path into the store vouches for it.</summary>
    All,
}
