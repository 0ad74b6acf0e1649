namespace Farm.Store.Local;

/// <summary>What a removal has come to.</summary>
/// <param name="FreedBytes">As Nix counts them: of each file with one name, or with a second one that may be in <c>.links</c>.</param>
/// <param name="Links">Names in <c>.links</c> that went with the last file that shared them.</param>
/// <param name="LinkBytes">Size of their contents, which <paramref name="FreedBytes"/> counts as well.</param>
internal readonly record struct RemovedFiles(long FreedBytes, long Links = 0, long LinkBytes = 0)
{
    public static RemovedFiles operator +(RemovedFiles left, RemovedFiles right) =>
        new(left.FreedBytes + right.FreedBytes, left.Links + right.Links, left.LinkBytes + right.LinkBytes);
}
