using Farm.Store.Actors;
using Farm.Store.Local;
using Farm.Store.Native;

namespace Farm.Store.Integrity;

/// <summary>Looks again at a bit that was missing, under the lock of who may have lifted it for a moment; sets it where that is asked for.
/// Answers whether it was still missing.</summary>
internal sealed record CheckBit(StoreFiles Files, FileFault Fault, bool Sets) : IPathOperation<bool>
{
    public Task<bool> RunAsync()
    {
        var found = Syscalls.Status(Files.StoreDirectory, Fault.File.Span, out var status);
        if (found < 0 || status.Inode != Fault.Inode || status.IsImmutable)
            return Task.FromResult(false);
        if (Sets)
            new ImmutableBits(Files).SetAgain(new LiftedBit(Fault.Inode, Fault.File));
        return Task.FromResult(true);
    }
}
