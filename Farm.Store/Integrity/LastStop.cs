using System.Collections.Immutable;

namespace Farm.Store.Integrity;

/// <summary>How the process that owned a store before has let it go.</summary>
internal abstract record LastStop
{
    private LastStop() { }

    /// <summary>It closed the store, or there was none.</summary>
    public sealed record Clean : LastStop;

    /// <summary>It was killed, and the machine went on: all that it had written is there.</summary>
    /// <param name="Lifted">What had its immutable bit lifted then.</param>
    /// <param name="IsComplete">Whether that is all; false where there was no room to note more.</param>
    public sealed record Killed(ImmutableArray<LiftedBit> Lifted, bool IsComplete) : LastStop;

    /// <summary>The machine went down while the store was open: what was not yet on the disk is lost, the notes too.</summary>
    public sealed record PowerLost : LastStop;
}
