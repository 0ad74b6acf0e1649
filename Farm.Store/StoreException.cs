namespace Farm.Store;

/// <summary>A store refused or could not do what was asked. The message is one sentence for a person.</summary>
public abstract class StoreException : Exception
{
    private StoreException(string message, Exception? cause = null)
        : base(message, cause) { }

    /// <summary>Whether the same call may succeed later without anything being corrected.</summary>
    public virtual bool IsTransient => false;

    /// <summary>A path was named that is not valid in the store.</summary>
    public sealed class InvalidPath(string path) : StoreException($"The path '{path}' is not valid in this store.");

    /// <summary>A path was to be registered whose reference is not valid in the store.</summary>
    public sealed class MissingReference(string path, string reference)
        : StoreException(
            $"The path '{path}' refers to '{reference}', which is not valid in this store; add that first."
        );

    /// <summary>Paths that were to be registered together refer to one another in a circle.</summary>
    public sealed class ReferenceCycle(string path)
        : StoreException($"The path '{path}' refers to itself through other paths; references must not form a cycle.");

    /// <summary>Contents are not what was announced: other hash or other size.</summary>
    public sealed class HashMismatch(string path, string specified, string got)
        : StoreException($"The contents of '{path}' do not match: specified {specified}, got {got}.")
    {
        /// <summary>What was announced.</summary>
        public string Specified { get; } = specified;

        /// <summary>What was found.</summary>
        public string Got { get; } = got;
    }

    /// <summary>A path claims a content address from which it does not follow.</summary>
    public sealed class WrongContentAddress(string path, string contentAddress)
        : StoreException($"The path '{path}' does not follow from its content address '{contentAddress}'.");

    /// <summary>What is said of a path from elsewhere is signed by nobody who is trusted.</summary>
    public sealed class Untrusted(string path)
        : StoreException(
            $"The path '{path}' has no signature by a trusted key; sign it, or add its key to farm.store.trusted-public-keys."
        );

    /// <summary>An output was to be recorded that has come to another path before.</summary>
    public sealed class OtherRealisation(string output, string known, string other)
        : StoreException($"The output '{output}' has come to '{known}' before; '{other}' cannot be recorded for it.");

    /// <summary>Paths were to go from one store to another with other paths.</summary>
    public sealed class OtherStoreDir(string from, string to)
        : StoreException(
            $"Paths of '{from}' cannot go to a store of '{to}': their own names are inside them; use stores with one store directory."
        );

    /// <summary>A damaged path was to be repaired by building it again.</summary>
    public sealed class NotBuiltAgain(string path, string reason)
        : StoreException($"The path '{path}' could not be built again: {reason.TrimEnd('.')}.");

    /// <summary>A derivation file was to be registered that breaks a rule of derivations.</summary>
    public sealed class InvalidDerivation(string path, Exception cause)
        : StoreException($"The derivation '{path}' is not valid: {cause.Message}", cause);

    /// <summary>A file of a kind that no store object may have, or with an owner it may not have.</summary>
    public sealed class UnsupportedFile(string path, string reason) : StoreException($"The file '{path}' {reason}.");

    /// <summary>What a build has made was refused by whoever asked for it, before it became valid.</summary>
    public sealed class RefusedOutput(string reason) : StoreException($"The outputs are not registered: {reason}.")
    {
        /// <summary>Why: half a sentence.</summary>
        public string Reason { get; } = reason;
    }

    /// <summary>Somebody wrote to a file while it was being taken into the store.</summary>
    public sealed class ChangedMeanwhile(string file)
        : StoreException(
            $"The file '{file}' was changed while it was being added; see that nothing writes to it, then try again."
        )
    {
        public override bool IsTransient => true;
    }

    /// <summary>A path cannot be deleted while others refer to it or a root keeps it.</summary>
    public sealed class InUse(string path, string by)
        : StoreException($"The path '{path}' cannot be deleted because it is in use by '{by}'.");

    /// <summary>A root was to be made where none may be, or over something that is none.</summary>
    public sealed class RootRefused(string link, string reason)
        : StoreException($"The root '{link}' cannot be made: {reason}; choose another name.");

    /// <summary>A profile has no such generation, or one that may not go.</summary>
    public sealed class ProfileRefused(string profile, string reason)
        : StoreException($"The profile '{profile}' stays as it is: {reason}.");

    /// <summary>Another process owns the store.</summary>
    public sealed class Owned(string lockFile, string owner)
        : StoreException(
            $"The store is in use by {owner}, which holds '{lockFile}'; stop it first, or ask it instead."
        );

    /// <summary>The disk or its inodes are used up.</summary>
    public sealed class NoSpace(string path, Exception cause)
        : StoreException($"There is no space left for '{path}'; free some, then try again.", cause)
    {
        public override bool IsTransient => true;
    }

    /// <summary>The store's database says something that cannot be, or cannot be read.</summary>
    public sealed class CorruptDatabase(string file, string reason, Exception? cause = null)
        : StoreException($"The store database '{file}' cannot be used: {reason}.", cause);

    /// <summary>The store is another user's, or on a disk that cannot be written.</summary>
    public sealed class NotWritable(string file, Exception cause)
        : StoreException(
            $"The store is not this user's to write: '{file}' cannot be opened ({cause.Message}); run as the store's owner, or ask the daemon or node that has it.",
            cause
        );

    /// <summary>A directory of the store is not there and cannot be made.</summary>
    public sealed class NoDirectory(string path, string reason, Exception cause)
        : StoreException(
            $"The directory '{path}' cannot be made: {reason}; name a store in a place where this user may make directories.",
            cause
        );

    /// <summary>A system call failed in a way that none of the other cases describes.</summary>
    public sealed class FileSystem(string path, string operation, Exception cause)
        : StoreException($"Could not {operation} '{path}': {cause.Message}", cause)
    {
        public override bool IsTransient => true;
    }

    /// <summary>A compressed stream is damaged, cut off, of another format, or needs more memory than is given to it.</summary>
    public sealed class CorruptArchive(string compression, string reason, Exception? cause = null)
        : StoreException($"The stream compressed with {compression} cannot be read: {reason}.", cause);

    /// <summary>The machine lacks a library.</summary>
    public sealed class MissingLibrary(string library, string package, Exception cause)
        : StoreException($"The library '{library}' is not on this machine; install it (Debian: {package}).", cause);

    /// <summary>A binary cache does not answer, or not as a binary cache does.</summary>
    public sealed class CacheFailure(string cache, string reason, bool isTransient, Exception? cause = null)
        : StoreException($"The binary cache '{cache}' cannot be used: {reason}.", cause)
    {
        /// <summary>Why, as half a sentence.</summary>
        public string Reason { get; } = reason;

        public override bool IsTransient => isTransient;
    }

    /// <summary>A binary cache says something of a path that cannot be true or must not be.</summary>
    public sealed class RefusedSubstitute(string path, string cache, string rule)
        : StoreException($"What the binary cache '{cache}' has for '{path}' is refused: {rule}.");
}
