namespace Farm.Store.Compressing;

/// <summary>First calls into libraries that may be missing.</summary>
internal static class NativeLibraryCall
{
    /// <exception cref="StoreException.MissingLibrary">The library is not on this machine.</exception>
    public static T Try<T>(string library, string package, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception cause) when (cause is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new StoreException.MissingLibrary(library, package, cause);
        }
    }
}
