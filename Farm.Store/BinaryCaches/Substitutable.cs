using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.BinaryCaches;

/// <summary>A path that a binary cache has, and that may be believed.</summary>
public sealed record Substitutable
{
    internal Substitutable(NarInfo narInfo, Substituter cache) => (NarInfo, Cache) = (narInfo, cache);

    public StorePath Path => NarInfo.Info.Path;

    /// <summary>What the cache says of it.</summary>
    public NarInfo NarInfo { get; }

    /// <summary>Where it is.</summary>
    public string CacheAddress => Cache.Address;

    internal Substituter Cache { get; }
}
