using Farm.Store.Signing;

namespace Farm.Store.Copying;

/// <summary>How paths are copied.</summary>
public sealed record CopySettings
{
    /// <summary>Most paths that are on their way at a time.</summary>
    public int Parallel { get; init; } = Math.Clamp(2 * Environment.ProcessorCount, 4, 16);

    /// <summary>Whose signatures are asked for; null where the source is believed.</summary>
    public StoreKeys? Keys { get; init; }

    /// <summary>Whether what the paths refer to is copied too. Without it, that must be there already.</summary>
    public bool WithReferences { get; init; } = true;
}
