using Farm.Store.Hashing;
using Farm.Store.Native;
using Farm.Store.Paths;

namespace Farm.Store.Local;

/// <summary>What a build has made for one output.</summary>
/// <param name="Path">The store path it is to get; of a floating output the one that it was built as, whose name the final one has.</param>
/// <param name="File">Where it is now: a physical path, moved away from there when it is on the store's file system
/// and nobody holds it open.</param>
/// <param name="ContentAddress">Of a fixed output: what its content must hash to; else null.</param>
public sealed record BuiltOutput(StorePath Path, string File, ContentAddress? ContentAddress = null)
{
    /// <summary>Look for no references in it, and record none.</summary>
    public bool DiscardsReferences { get; init; }

    /// <summary>How the path follows from the content, where it does and the content was not known before; else null.</summary>
    public MethodAlgorithm? Floating { get; init; }

    /// <summary>Whether its builder had the host's network, though it is not fixed.</summary>
    public bool HadNetwork { get; init; }

    /// <summary>Whose all its files must be, where its builder could have linked another's into it; null where it could not.</summary>
    public uint? Owner { get; init; }

    /// <summary>Its builder had the host's network, by which it can have handed open files to others: a copy is taken, so
    /// that they have nothing of what becomes valid. Compare CVE-2024-27297 of Nix.</summary>
    public bool MayBeHeldOpen => ContentAddress is not null || HadNetwork;

    /// <summary>Refuses a file that is not its builder's.</summary>
    /// <param name="name">In its directory; empty for the output itself.</param>
    /// <param name="status">What the kernel says of it.</param>
    /// <exception cref="StoreException.UnsupportedFile">It belongs to somebody else. Source: the ownership that Nix's
    /// <c>canonicalisePathMetaData</c> asks for.</exception>
    internal void RequireOwner(ReadOnlySpan<byte> name, in FileStatus status)
    {
        if (Owner is { } user && status.User != user)
            throw new StoreException.UnsupportedFile(
                name.IsEmpty ? "the output itself" : ByteString.FromBytes(name).ToString(),
                $"belongs to the user {status.User} and not to its builder, {user}"
            );
    }
}
