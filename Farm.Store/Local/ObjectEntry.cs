using Farm.Store.Hashing;

namespace Farm.Store.Local;

/// <summary>A file, directory or symbolic link in a store object.</summary>
public abstract record ObjectEntry
{
    private ObjectEntry(ByteString name) => Name = name;

    /// <summary>Its name in its directory; empty for the object itself.</summary>
    public ByteString Name { get; }

    /// <summary>A regular file.</summary>
    public sealed record Regular(ByteString FileName, long SizeBytes, bool IsExecutable) : ObjectEntry(FileName);

    /// <summary>A directory.</summary>
    public sealed record Directory(ByteString FileName) : ObjectEntry(FileName);

    /// <summary>A symbolic link.</summary>
    public sealed record Symlink(ByteString FileName, ByteString Target) : ObjectEntry(FileName);
}
