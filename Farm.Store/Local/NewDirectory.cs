using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>A directory that a store needs, made with those above it where they are not there.</summary>
public static class NewDirectory
{
    /// <returns>Its full name.</returns>
    /// <exception cref="StoreException.NoDirectory">It cannot be made; the message says what is in the way.</exception>
    /// <exception cref="StoreException.NoSpace">The disk is full.</exception>
    public static string Make(string path, UnixFileMode? mode = null)
    {
        try
        {
            return (
                mode is { } given ? Directory.CreateDirectory(path, given) : Directory.CreateDirectory(path)
            ).FullName;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (failure is IOException { HResult: Errno.NoSpace or Errno.QuotaExceeded })
                throw new StoreException.NoSpace(path, failure);
            throw new StoreException.NoDirectory(path, ReasonOf(path, failure), failure);
        }
    }

    private static string ReasonOf(string path, Exception failure)
    {
        var above = Path.GetFullPath(path);
        while (!Path.Exists(above) && Path.GetDirectoryName(above) is { } next)
            above = next;
        if (!Directory.Exists(above))
            return $"'{above}' is no directory";
        return failure is UnauthorizedAccessException
            ? $"this user may not write in '{above}'"
            : $"'{above}' takes none ({failure.Message})";
    }
}
