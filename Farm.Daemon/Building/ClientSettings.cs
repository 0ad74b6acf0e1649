using System.Collections.Immutable;
using Farm.Store.Roots;
using Farm.Worker.Recursive;

namespace Farm.Daemon.Building;

/// <summary>What a client has set for its connection. Null where it has set nothing: the daemon's own value holds.</summary>
/// <remarks>Source: Nix's <c>SetOptions</c>. Clients over <c>ssh-ng</c> never send it.</remarks>
public sealed record ClientSettings
{
    /// <summary>Whether the client may do all that the daemon can.</summary>
    public required bool IsTrusted { get; init; }

    /// <summary>Whether build directories of failed builds are kept (<c>keep-failed</c>).</summary>
    public bool? KeepFailed { get; init; }

    /// <summary>Whether other builds go on after a failure (<c>keep-going</c>).</summary>
    public bool? KeepGoing { get; init; }

    /// <summary>Whether what cannot be fetched is built (<c>fallback</c>).</summary>
    public bool? Fallback { get; init; }

    /// <summary>Most builds at one time (<c>max-jobs</c>); 0 means none here.</summary>
    public uint? MaxJobs { get; init; }

    /// <summary>How long a builder may be silent (<c>max-silent-time</c>); zero for any time.</summary>
    public TimeSpan? MaxSilentTime { get; init; }

    /// <summary>Whether the builders' output is wanted as it comes (<c>verbose-build</c>).</summary>
    public bool? VerboseBuild { get; init; }

    /// <summary>What <c>NIX_BUILD_CORES</c> is (<c>cores</c>); 0 means all.</summary>
    public uint? Cores { get; init; }

    /// <summary>Whether paths may be fetched (<c>substitute</c>).</summary>
    public bool? Substitute { get; init; }

    /// <summary>Keeps what the client is to have from the collector for as long as the client is there; null where nobody does.</summary>
    public StoreHolds? Holds { get; init; }

    /// <summary>What a builder sees of the store, which is all that may go into what it has built; null for a client that sees all
    /// of it.</summary>
    public VisiblePaths? Visible { get; init; }

    /// <summary>Further settings by Nix's names, such as <c>timeout</c> or <c>substituters</c>, those alone that this client may
    /// set; their values are not checked.</summary>
    public ImmutableSortedDictionary<string, string> Overrides { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
