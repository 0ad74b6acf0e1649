using Farm.Store;

namespace Farm.Http.Caches;

/// <summary>Why a binary cache does not do what was asked.</summary>
public abstract record CacheProblem
{
    private CacheProblem() { }

    /// <summary>What was asked for has no name that a file of a cache can have.</summary>
    public sealed record NoName : CacheProblem;

    /// <summary>Nothing of that name is here.</summary>
    public sealed record NotHere : CacheProblem;

    /// <summary>Files of the cache can be neither changed nor deleted so.</summary>
    public sealed record NotAllowed : CacheProblem;

    /// <summary>No part of the archive is where the request says.</summary>
    public sealed record NoSuchPart : CacheProblem;

    /// <summary>Nothing is taken from anybody.</summary>
    public sealed record NoUploads : CacheProblem;

    /// <summary>Nobody who may upload has said so.</summary>
    public sealed record Unauthorized : CacheProblem;

    /// <summary>More is sent than is taken.</summary>
    public sealed record TooLarge(long MostBytes) : CacheProblem;

    /// <summary>Too much is waiting for its narinfo.</summary>
    public sealed record Full : CacheProblem;

    /// <summary>The file is not what its name says.</summary>
    public sealed record WrongFile(string Reason) : CacheProblem;

    /// <summary>A narinfo was sent whose archive was not.</summary>
    public sealed record NoArchive(string Name) : CacheProblem;

    /// <summary>The path is here with other contents.</summary>
    public sealed record OtherContents(string Path) : CacheProblem;

    /// <summary>What was sent breaks a rule of its format.</summary>
    public sealed record Malformed(string Reason) : CacheProblem;

    /// <summary>The store does not take or give it.</summary>
    public sealed record Refused(StoreException Cause) : CacheProblem;

    /// <summary>The files of the path are not what is recorded of them.</summary>
    public sealed record Damaged : CacheProblem;

    /// <summary>The request itself is none, or did not come whole.</summary>
    public sealed record BadRequest(int Status, string Reason) : CacheProblem;

    /// <summary>More was asked from one address than is answered.</summary>
    public sealed record TooMany : CacheProblem;
}
