namespace Cake.Farm;

/// <summary>From where and to where paths are copied. An end is the root of a store on this machine, <c>http(s)://HOST</c> of a node or a
/// binary cache, or <c>file:///DIR</c> of a cache in a directory.</summary>
public sealed class FarmCopySettings : FarmSettings
{
    /// <summary>Where the paths are; null for the coordinator.</summary>
    public string? From { get; set; }

    /// <summary>Where they go.</summary>
    public string? To { get; set; }

    /// <summary>Whether what the paths refer to is left out.</summary>
    public bool WithoutReferences { get; set; }

    /// <summary>Whether a store on this machine takes paths that no trusted key has signed.</summary>
    public bool WithoutSignatures { get; set; }
}
