using Farm.Store.Actors;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Native;

namespace Farm.Store.Integrity;

/// <summary>Exchanges the object of a stage with the one of this name in the store directory, at once. Runs under the path's lock,
/// and where that is a file under its inode's. A file that has other names keeps its immutable bit for them.</summary>
internal sealed record ExchangeObject(StoreFiles Files, Stage Stage, byte[] Name) : IPathOperation<bool>
{
    public Task<bool> RunAsync()
    {
        Check(Syscalls.Status(Files.StoreDirectory, Name, out var status), "look at");
        if (status.IsSymlink)
        {
            Exchange();
            return Task.FromResult(true);
        }
        var old = Check(Syscalls.Open(Files.StoreDirectory, Name, Syscalls.ReadOnly | Syscalls.NonBlocking), "open");
        try
        {
            using var note = status.IsImmutable ? Files.Record.Note(status.Inode, Name) : default;
            if (status.IsDirectory)
                TreeRemover.Open(Files.StoreDirectory, Name, status);
            else
                Check(InodeFlags.Change(old, isImmutable: false), "make mutable");
            try
            {
                Exchange();
            }
            catch
            {
                new ImmutableBits(Files).SetAgain(new LiftedBit(status.Inode, ByteString.FromBytes(Name)));
                throw;
            }
            finally
            {
                if (status is { IsImmutable: true, IsRegular: true, Links: > 1 })
                    Check(InodeFlags.Change(old, isImmutable: true), "make immutable");
            }
            return Task.FromResult(true);
        }
        finally
        {
            Syscalls.Close(old);
        }
    }

    private void Exchange() =>
        Check(
            Syscalls.Exchange(Stage.Directory, Stage.Object, Files.StoreDirectory, Name),
            "put a good copy in the place of"
        );

    private int Check(int result, string operation) =>
        Errno.Check(result, operation, ByteString.FromBytes(Name).ToString());
}
