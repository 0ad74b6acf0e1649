using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.Integrity;

/// <summary>Something in a store that is not as it should be.</summary>
public abstract record VerifyFinding
{
    private VerifyFinding(bool isFault) => IsFault = isFault;

    /// <summary>Whether the store is damaged by it; else it is only told.</summary>
    public bool IsFault { get; }

    /// <summary>Whether it is in order now.</summary>
    public bool IsMended { get; init; }

    /// <summary>Why it could not be mended; null where nothing was tried or all went well.</summary>
    public string? Reason { get; init; }

    /// <summary>A valid path has no files. Mended where it is invalid now, since nothing valid referred to it, or has files again.</summary>
    public sealed record Missing(StorePath Path) : VerifyFinding(isFault: true);

    /// <summary>The files of a path are not what was made valid.</summary>
    public sealed record Changed(StorePath Path, Sha256Digest Recorded, Sha256Digest Found)
        : VerifyFinding(isFault: true);

    /// <summary>The files of a path cannot be read.</summary>
    public sealed record Unreadable(StorePath Path) : VerifyFinding(isFault: true);

    /// <summary>A file in <c>.links</c> has other contents than its name says. Mended where the name is gone.</summary>
    public sealed record CorruptLink(Sha256Digest Name) : VerifyFinding(isFault: true);

    /// <summary>The database breaks its own rules.</summary>
    public sealed record Database(string Problem) : VerifyFinding(isFault: true);

    /// <summary>Hash or size of a path were not recorded. Mended where they are now.</summary>
    public sealed record NotRecorded(StorePath Path) : VerifyFinding(isFault: false);

    /// <summary>Files or directories of a path that should be immutable and are not.</summary>
    /// <param name="Path">The path.</param>
    /// <param name="File">The first of them, relative to the store directory.</param>
    /// <param name="Count">How many.</param>
    public sealed record NotImmutable(StorePath Path, string File, int Count) : VerifyFinding(isFault: false);

    /// <summary>Files or directories of a path with another mode, time or owner than Nix gives them.</summary>
    /// <param name="Path">The path.</param>
    /// <param name="File">The first of them, relative to the store directory.</param>
    /// <param name="What">What is wrong with it.</param>
    /// <param name="Count">How many.</param>
    public sealed record NotCanonical(StorePath Path, string File, string What, int Count)
        : VerifyFinding(isFault: false);

    /// <summary>Something in the store directory that no store has there.</summary>
    public sealed record Foreign(string Name) : VerifyFinding(isFault: false);
}
