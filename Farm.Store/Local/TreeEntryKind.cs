namespace Farm.Store.Local;

/// <summary>What an object in a tree of files is.</summary>
public enum TreeEntryKind
{
    Regular,
    Directory,
    Symlink,

    /// <summary>A device, socket or pipe, which no NAR can hold.</summary>
    Other,
}
